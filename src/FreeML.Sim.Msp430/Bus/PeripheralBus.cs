using System.Runtime.CompilerServices;

namespace FreeML.Sim.Msp430.Bus;

/// <summary>
/// The peripheral page, 0x0000 to 0x0FFF: one <see cref="Register"/> a word. An access is an array index and one virtual call.
/// </summary>
/// <remarks>
/// What has no model still answers. A register that the device is known to have is plain storage; an unused address inside a module
/// reads 0; an address of no module is vacant memory. Each is noted once, by name, in <see cref="UnmodelledTouched"/>.
/// </remarks>
public sealed class PeripheralBus
{
    /// <summary>Size of the page in bytes.</summary>
    public const uint Size = 0x1000;

    /// <summary>What vacant memory reads as (SLAU367, SYS chapter).</summary>
    public const ushort VacantValue = 0x3FFF;

    private readonly Register[] _slots = new Register[Size / 2];
    private readonly List<Peripheral> _peripherals = [];
    private readonly List<UnmodelledAccess> _touched = [];

    /// <summary>A bus without peripherals.</summary>
    /// <param name="unclaimedIsMemory">Whether addresses without a register are ordinary memory, instead of vacant.</param>
    public PeripheralBus(bool unclaimedIsMemory = false)
    {
        for (uint address = 0; address < Size; address += 2)
        {
            _slots[address / 2] = unclaimedIsMemory ? new StorageRegister(address) : new VacantRegister(this, address);
        }
    }

    /// <summary>The peripherals in the order in which they were attached.</summary>
    public IReadOnlyList<Peripheral> Peripherals => _peripherals;

    /// <summary>What firmware touched that is not modelled, each name once, in the order of first touch.</summary>
    public IReadOnlyList<UnmodelledAccess> UnmodelledTouched => _touched;

    /// <summary>Called at every access to vacant memory in the page.</summary>
    public Action? VacantAccessed { get; set; }

    /// <summary>Reads a byte.</summary>
    /// <param name="address">In the page; higher bits are ignored.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte ReadByte(uint address)
    {
        Register register = _slots[(address & (Size - 1)) >> 1];
        return (address & 1) == 0 ? (byte)register.Read(Lanes.Low) : (byte)(register.Read(Lanes.High) >> 8);
    }

    /// <summary>Reads a word; bit 0 of the address is ignored.</summary>
    /// <inheritdoc cref="ReadByte"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ushort ReadWord(uint address) => _slots[(address & (Size - 1)) >> 1].Read(Lanes.Word);

    /// <summary>Writes a byte.</summary>
    /// <inheritdoc cref="ReadByte"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteByte(uint address, byte value)
    {
        Register register = _slots[(address & (Size - 1)) >> 1];
        if ((address & 1) == 0)
        {
            register.Write(value, Lanes.Low);
        }
        else
        {
            register.Write((ushort)(value << 8), Lanes.High);
        }
    }

    /// <summary>Writes a word; bit 0 of the address is ignored.</summary>
    /// <inheritdoc cref="ReadByte"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteWord(uint address, ushort value) => _slots[(address & (Size - 1)) >> 1].Write(value, Lanes.Word);

    /// <summary>A word as a debugger sees it: nothing happens and nothing is noted. Bit 0 of the address is ignored.</summary>
    /// <param name="address">In the page.</param>
    public ushort Peek(uint address) => RegisterAt(address).Peek();

    /// <summary>The register that answers at an address.</summary>
    public Register RegisterAt(uint address) => _slots[(address & (Size - 1)) >> 1];

    /// <summary>Whether there is more at an address than vacant space or memory.</summary>
    public bool IsClaimed(uint address) => RegisterAt(address) is not (VacantRegister or StorageRegister);

    /// <summary>Declares the address range of a module, whose unused addresses are not vacant.</summary>
    public void AddWindow(string name, uint baseAddress, uint length)
    {
        for (uint address = baseAddress; address < baseAddress + length; address += 2)
        {
            if (!IsClaimed(address))
            {
                _slots[address / 2] = new ReservedRegister(this, name, baseAddress, address);
            }
        }
    }

    /// <summary>Declares a register that the device has. Until a peripheral claims it, it is plain storage and noted when touched.</summary>
    public void AddName(RegisterName register)
    {
        uint slot = register.Address / 2;
        switch (_slots[slot])
        {
            case UnmodelledRegister known:
                known.Describe(register);
                break;
            case PlaceholderRegister or StorageRegister:
                UnmodelledRegister added = new(this, slot * 2);
                added.Describe(register);
                _slots[slot] = added;
                break;
            default:
                // A peripheral models it.
                break;
        }
    }

    /// <summary>Attaches a peripheral: its registers answer from now on.</summary>
    /// <exception cref="InvalidOperationException">One of its registers lies where another peripheral has one.</exception>
    public void Attach(Peripheral peripheral)
    {
        RegisterMap map = new(peripheral.BaseAddress, peripheral.RegisterPrefix);
        peripheral.Define(map);
        foreach (Register register in map.Registers)
        {
            uint slot = register.Address / 2;
            if (_slots[slot] is not (PlaceholderRegister or UnmodelledRegister or StorageRegister))
            {
                throw new InvalidOperationException($"{peripheral.Name}: {register.Name} at 0x{register.Address:X4} is where {_slots[slot].Name} is.");
            }

            register.Join(this);
            _slots[slot] = register;
        }

        _peripherals.Add(peripheral);
    }

    /// <summary>Resets all registers, then all peripherals in the order in which they were attached.</summary>
    public void Reset(ResetKind kind)
    {
        foreach (Register register in _slots)
        {
            register.Reset(kind);
        }

        foreach (Peripheral peripheral in _peripherals)
        {
            peripheral.Reset(kind);
        }
    }

    internal void Note(UnmodelledAccess access) => _touched.Add(access);
}
