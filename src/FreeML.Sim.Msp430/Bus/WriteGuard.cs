namespace FreeML.Sim.Msp430.Bus;

/// <summary>Decides whether a write reaches a password-protected register, and which part of it.</summary>
internal abstract class WriteGuard
{
    /// <summary>What the high byte reads as, in the high byte; or null where the register has a high byte of its own.</summary>
    public virtual ushort? HighByteReads => null;

    /// <summary>Whether a byte read of either half gives the low byte.</summary>
    public virtual bool ByteReadsGiveLowByte => false;

    /// <summary>The lanes that may be written; 0 for none.</summary>
    public abstract ushort Admit(ushort value, ushort lanes);

    public virtual void Reset(ResetKind kind)
    {
    }

    /// <summary>The register that holds a module's password in its high byte.</summary>
    public sealed class PasswordHolder(PasswordLock key) : WriteGuard
    {
        public override ushort? HighByteReads => (ushort)(key.Reads << 8);

        public override ushort Admit(ushort value, ushort lanes)
        {
            if (lanes == Lanes.Low)
            {
                return Guarded.AdmitIfOpen(key, lanes, violationWhenClosed: true);
            }

            bool matches = value >> 8 == key.Password;
            if (matches)
            {
                key.Open();
            }
            else if (lanes == Lanes.High)
            {
                key.Close();
            }
            else
            {
                key.OnViolation();
            }

            return matches && lanes == Lanes.Word ? Lanes.Low : (ushort)0;
        }

        public override void Reset(ResetKind kind) => key.Close();
    }

    /// <summary>Another register of the module.</summary>
    public sealed class Guarded(PasswordLock key, bool violationWhenClosed) : WriteGuard
    {
        public override ushort Admit(ushort value, ushort lanes) => AdmitIfOpen(key, lanes, violationWhenClosed);

        public static ushort AdmitIfOpen(PasswordLock key, ushort lanes, bool violationWhenClosed)
        {
            if (key.IsOpen)
            {
                return lanes;
            }

            if (violationWhenClosed)
            {
                key.OnViolation();
            }

            return 0;
        }
    }

    /// <summary>A register whose password comes with every write, as a word (WDTCTL, RCCTL0).</summary>
    public sealed class PasswordEachWrite(byte password, byte reads, bool byteReadsGiveLowByte, Action? onViolation) : WriteGuard
    {
        public override ushort? HighByteReads => (ushort)(reads << 8);

        public override bool ByteReadsGiveLowByte => byteReadsGiveLowByte;

        public override ushort Admit(ushort value, ushort lanes)
        {
            if (lanes == Lanes.Word && value >> 8 == password)
            {
                return Lanes.Low;
            }

            onViolation?.Invoke();
            return 0;
        }
    }
}
