using static FreeML.Sim.Msp430.Jit.HostRegisters;

namespace FreeML.Sim.Msp430.Jit;

// What a TranslationLog wants to know. Nothing of this is in the code that runs without one.
internal sealed unsafe partial class UnitEmitter
{
    private readonly List<(int Offset, GuestPlace? Place)> _marks = [];
    private readonly List<LoggedBlock> _logged = [];

    /// <summary>Who listens; null for nobody.</summary>
    public TranslationLog? Log { get; init; }

    // The code of a version of a block begins here.
    private void MarkBlock()
    {
        if (Log is not null)
        {
            _logged.Add(new LoggedBlock(_block, _cache != CacheKnowledge.Nothing));
            Mark(_block.Address);
        }
    }

    // The code of a guest instruction begins here, or (null) code that lies apart.
    private void Mark(uint? address)
    {
        if (Log is not null)
        {
            _marks.Add((_a.Length, address is { } known ? new GuestPlace(_logged.Count - 1, known) : null));
        }
    }

    // At the head of a block, once it is certain to run. RAX and the host's flags are free.
    private void CountRun(int cycles)
    {
        if (Log is not null)
        {
            ulong place = _logged[^1].Count(Log.NewCounter(), cycles);
            _a.mov(rax, HostOperand.Constant((long)place));
            _a.inc(__qword_ptr[rax]);
        }
    }

    private void Tell(byte[] code, ulong origin) => Log?.Add(new LoggedUnit(_logged, code, origin, _marks));
}
