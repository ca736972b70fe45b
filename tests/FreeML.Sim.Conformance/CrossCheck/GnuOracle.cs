using System.Text;

namespace FreeML.Sim.Conformance.CrossCheck;

/// <summary>GNU's simulator inside msp430-elf-gdb, with the memory map of its test suite.</summary>
internal sealed class GnuOracle(string program) : IOracle
{
    private const int CasesPerProcess = 500;
    private const int MostFailures = 100;

    // Memory that gdb's "target sim" leaves out: 20h-4FFh (peripherals) and, in some versions, the space below the vectors.
    private static readonly (int First, int Last)[] Holes = [(0x0020, 0x04FF), (0xFFC0, 0xFFDF), (0xFF00, 0xFFBF)];

    public string Name => "GNU simulator";

    public IReadOnlyList<Mask> Masks => GnuMasks.All;

    public string? Unsuitable(ConformanceCase test)
    {
        if (test.MemoryAfter().Keys.Any(address => Holes.Any(hole => address >= hole.First && address <= hole.Last)))
        {
            return "address without memory in this simulator";
        }

        bool jumpsToItself = test.Code[0] is >= 0x2000 and < 0x4000 && test.After.Registers[0] == test.Pc;
        if (jumpsToItself)
        {
            return "a jump to itself ends this simulator";
        }

        return (test.RegisterBefore(2) & 0x80) != 0 || (test.RegisterAfter(2) & 0x80) != 0 ? "SCG1 is this simulator's V" : null;
    }

    public IReadOnlyList<Observation> Run(IReadOnlyList<ConformanceCase> cases)
    {
        string image = Path.Combine(Path.GetTempPath(), $"freeml-conformance-{Environment.ProcessId}.elf");
        File.WriteAllBytes(image, SmallElf.Bytes());
        try
        {
            var observations = new List<Observation>();
            int failures = 0;
            while (observations.Count < cases.Count)
            {
                // A case that ends the simulator ends the process; go on after it.
                ConformanceCase[] chunk = [.. cases.Skip(observations.Count).Take(CasesPerProcess)];
                List<Observation> answers = RunOnce(image, chunk);
                observations.AddRange(answers);
                if (answers.Count < chunk.Length)
                {
                    observations.Add(Observation.Failed("no answer"));
                    bool broken = ++failures > MostFailures && answers.Count == 0;
                    if (broken)
                    {
                        throw new IOException($"{program}: answers nothing");
                    }
                }
            }

            return observations;
        }
        finally
        {
            File.Delete(image);
        }
    }

    private List<Observation> RunOnce(string image, ConformanceCase[] cases)
    {
        var script = new StringBuilder("set confirm off\nset height 0\nset width 0\ntarget sim\nload\nbreak *0x8000\nrun\ndelete\n");
        for (int index = 0; index < cases.Length; index++)
        {
            ConformanceCase test = cases[index];
            foreach ((int address, ushort word) in test.MemoryBefore())
            {
                script.Append($"set {{unsigned short}}0x{address:x}=0x{word:x}\n");
            }

            // PC and SP first: gdb must forget the frame of the case before, in which registers may not be writable.
            for (int register = 0; register < 16; register++)
            {
                if (register != 3)
                {
                    int value = test.RegisterBefore(register);
                    script.Append($"set ${ConformanceFormat.RegisterName(register)}=0x{(register == 2 ? ToGnuStatus(value) : value):x}\n");
                }
            }

            int[] addresses = [.. test.MemoryAfter().Keys];
            script.Append(test.Steps == 1 ? "stepi\n" : $"stepi {test.Steps}\n");
            script.Append("printf \"=@").Append(index);
            script.Insert(script.Length, " %x", 15 + addresses.Length);
            script.Append("\\n\"");
            for (int register = 0; register < 16; register++)
            {
                if (register != 3)
                {
                    script.Append($", ${ConformanceFormat.RegisterName(register)}");
                }
            }

            foreach (int address in addresses)
            {
                script.Append($", *(unsigned short*)0x{address:x}");
            }

            script.Append('\n');
            foreach (int address in addresses)
            {
                script.Append($"set {{unsigned short}}0x{address:x}=0\n");
            }
        }

        string path = Path.ChangeExtension(image, ".gdb");
        File.WriteAllText(path, script.ToString());
        try
        {
            return Read(Script.Run(program, ["-nx", "-q", "--batch", "-x", path, image], ""), cases);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static List<Observation> Read(IReadOnlyList<string> lines, ConformanceCase[] cases)
    {
        var observations = new List<Observation>();
        foreach (string line in lines)
        {
            int start = line.IndexOf("=@", StringComparison.Ordinal);
            if (start < 0)
            {
                continue;
            }

            string[] fields = line[(start + 2)..].Split(' ');
            ConformanceCase test = cases[observations.Count];
            var registers = new Dictionary<int, int>();
            int field = 1;
            for (int register = 0; register < 16; register++)
            {
                if (register != 3)
                {
                    int value = (int)(uint)Convert.ToUInt32(fields[field++], 16);
                    registers[register] = register == 2 ? FromGnuStatus(value) : value;
                }
            }

            var words = new Dictionary<int, ushort>();
            foreach (int address in test.MemoryAfter().Keys)
            {
                words[address] = (ushort)Script.Hex(fields[field++]);
            }

            observations.Add(new Observation(registers, words));
        }

        return observations;
    }

    // Mask gnu-v-bit7: this simulator keeps V in bit 7 of SR, where the hardware has SCG1; bit 8 means nothing to it.
    private static int ToGnuStatus(int status) => (status & ~0x100) | ((status & 0x100) >> 1);

    private static int FromGnuStatus(int status) => (status & ~0x180) | ((status & 0x80) << 1);
}
