using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace FreeML.Sim.Msp430.Jit;

// What a TranslationLog wants to know. Nothing of this is in the code that runs without one.
internal sealed unsafe partial class UnitEmitter
{
    private readonly List<(int Instruction, GuestPlace? Place)> _marks = [];
    private readonly Dictionary<uint, BlockRuns> _runs = [];

    /// <summary>Who listens; null for nobody.</summary>
    public TranslationLog? Log { get; init; }

    // The code of a guest instruction begins here, or (null) the code that lies apart.
    private void Mark(uint? address)
    {
        if (Log is not null)
        {
            _marks.Add((_a.Instructions.Count, address is { } known ? new GuestPlace(_block.Address, known) : null));
        }
    }

    // At the head of a block, once it is certain to run. RAX and the host's flags are free.
    private void CountRun(int cycles)
    {
        if (Log is not null)
        {
            var runs = new BlockRuns(Log.NewCounter()) { Cycles = cycles };
            _runs[_block.Address] = runs;
            _a.mov(rax, runs.Place);
            _a.inc(__qword_ptr[rax]);
        }
    }

    private void Tell(IReadOnlyList<GuestBlock> blocks, byte[] code, int end, ulong origin, AssemblerResult result)
    {
        uint[] offsets = result.Result[0].NewInstructionOffsets;
        Log?.Add(new LoggedUnit(
            blocks,
            code,
            origin,
            [.. _marks.Where(mark => mark.Instruction < offsets.Length).Select(mark => ((int)offsets[mark.Instruction], mark.Place))],
            end < offsets.Length ? (int)offsets[end] : code.Length,
            _runs));
    }
}
