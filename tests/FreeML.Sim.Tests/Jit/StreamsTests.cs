using System.Globalization;
using FreeML.Sim.Msp430.Isa;
using FreeML.Sim.Msp430.Jit;

namespace FreeML.Sim.Tests.Jit;

/// <summary>
/// Loops that read memory through registers that step, as those of products do: from one line of the FRAM cache into the next, two streams in
/// one set or in one line, with code in RAM and in FRAM, writes and other reads in between. A lookup of a line that is left out wrongly shows
/// as a cache miss too many or too few, then or later. <c>FREEML_FUZZ=800</c> runs that many loops, <c>FREEML_SEED=N</c> one.
/// </summary>
public sealed class StreamsTests
{
    private const int Loops = 60;
    private const int Slices = 60;
    private const int Macs = 0x04C6;
    private const int Op2 = 0x04C8;

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int number) ? number : otherwise;

    [Fact]
    public void Loops_over_streams_of_data_do_the_same_on_both_engines()
    {
        if (!JitEngine.IsSupported)
        {
            return;
        }

        int only = Number("FREEML_SEED", -1);
        int first = only >= 0 ? only : 0;
        int loops = only >= 0 ? 1 : Number("FREEML_FUZZ", Loops);
        long executed = 0;
        long all = 0;
        for (int seed = first; seed < first + loops; seed++)
        {
            (long translated, long instructions) = Try(seed);
            executed += translated;
            all += instructions;
        }

        Assert.True(only >= 0 || executed > all / 4, $"{executed} of {all} instructions ran as translated code");
    }

    /// <summary>
    /// Two streams in one set of the cache. The line read last stays when a third one comes, however that comes: by an address that is
    /// known, in the next block, or through a register that was changed.
    /// </summary>
    [Theory]
    [InlineData("absolute", new ushort[] { 0x44B2, Macs, 0x45B2, Op2, 0x44B2, Macs, 0x4217, 0x6020, 0x44B2, Macs })]
    [InlineData("next block", new ushort[] { 0x44B2, Macs, 0x45B2, Op2, 0x44B2, Macs, 0x8318, 0x2000 | (-8 & 0x3FF), 0x4217, 0x6020, 0x4417, 0xFFFE, 0x4517, 0xFFFE })]
    [InlineData("changed", new ushort[] { 0x44B2, Macs, 0x45B2, Op2, 0x44B2, Macs, 0x4406, 0x5034, 0x001C, 0x44B2, Macs, 0x4617, 0xFFFE })]
    [InlineData("a stream itself", new ushort[] { 0x44B2, Macs, 0x45B2, Op2, 0x44B2, Macs, 0x4936, 0x44B2, Macs, 0x45B2, Op2 })]
    public void The_line_read_last_stays_in_its_set(string name, ushort[] body)
    {
        if (!JitEngine.IsSupported)
        {
            return;
        }

        // R4 and R5 to lines of one set, R9 to a third line of it, R8 counts two passes.
        ushort[] program = [0x4034, 0x6000, 0x4035, 0x6010, 0x4039, 0x6020, 0x4328, .. body, (ushort)(0x3C00 | ((-body.Length - 8) & 0x3FF))];
        foreach (ushort control in (ushort[])[0xA500, 0xA510])
        {
            using var both = new EngineEquality("msp430fr5994");
            both.Both(device =>
            {
                device.Poke(0x1C00, Bytes(program));
                device.Registers.WriteWord(0x015C, 0x5A80);
                device.Registers.WriteWord(0x0140, control);
                device.ProgramCounter = 0x1C00;
                device.SetRegister(1, 0x2B00);
                device.SetRegister(2, 0);
            });
            for (int slice = 0; slice < 40; slice++)
            {
                both.Run(both.Reference.Cycles + 500 + slice, compareMemory: false);
            }

            Assert.True(both.Engine.ExecutedInstructions > both.Reference.Ledger.Instructions / 2, name);
        }
    }

    private static (long Executed, long Instructions) Try(int seed)
    {
        var random = new Random(seed);
        uint origin = random.Next(4) switch { 0 => 0x4400u + (2 * (uint)random.Next(8)), 1 => 0x12000, _ => 0x1C00 };
        ushort[] program = Program(random);
        bool waits = random.Next(2) == 0;
        int longest = random.Next(3) switch { 0 => 7, 1 => 300, _ => 6000 };
        using var both = new EngineEquality("msp430fr5994", (ulong)seed);
        var data = new byte[0x1000];
        random.NextBytes(data);
        both.Both(device =>
        {
            device.Poke(origin, Bytes(program));
            device.Poke(0x6000, data);
            device.Poke(0x2000, data.AsSpan(0, 0x800));
            device.Poke(0x20000, data);
            device.Registers.WriteWord(0x015C, 0x5A80);
            device.Registers.WriteWord(0x0140, (ushort)(waits ? 0xA510 : 0xA500));
            device.ProgramCounter = origin;
            device.SetRegister(1, 0x2B00);
            device.SetRegister(2, 0);
        });

        try
        {
            for (int slice = 0; slice < Slices; slice++)
            {
                both.Run(both.Reference.Cycles + random.Next(1, longest), compareMemory: slice == Slices - 1);
            }
        }
        catch (Xunit.Sdk.XunitException difference)
        {
            string listing = string.Join("\n", Listing.Lines(Bytes(program), origin, showZeros: true).Select(line => $"  {line.Address:x5}:  {line.Text}"));
            Assert.Fail($"seed {seed}, {(waits ? "a wait state" : "no wait states")}, slices of up to {longest} cycles: {difference.Message}\n{listing}");
        }

        return (both.Engine.ExecutedInstructions, both.Reference.Ledger.Instructions);
    }

    private static byte[] Bytes(ushort[] words) => [.. words.SelectMany(word => new[] { (byte)word, (byte)(word >> 8) })];

    // Pointers, a loop of a few passes over a body, and from the start again.
    private static ushort[] Program(Random random)
    {
        List<ushort> words = [];
        int[] pointers = [.. Enumerable.Range(4, 12).OrderBy(_ => random.Next()).Take(random.Next(2, 5))];
        int written = Enumerable.Range(4, 12).Except(pointers).First();
        uint near = Address(random);
        foreach (int pointer in pointers)
        {
            // Often in the neighbourhood of another one: in its line, or in its set.
            uint address = random.Next(3) == 0 ? near + (uint)random.Next(40) : Address(random);
            words.AddRange([(ushort)(0x0080 | (address >> 16 << 8) | (uint)pointer), (ushort)address]); // MOVA #address,Rn
            near = address;
        }

        words.AddRange([(ushort)(0x4030 | written), (ushort)(near - 8 + random.Next(24)), 0x40B2, (ushort)random.Next(2, 12), 0x2A00]);
        int start = words.Count;
        bool isPlain = random.Next(3) == 0;
        int length = random.Next(3, 30);
        while (words.Count < start + (2 * length))
        {
            words.AddRange(isPlain ? Product(random, pointers) : Piece(random, pointers, written));
        }

        words.AddRange([0x8392, 0x2A00, Jump(1, start - words.Count - 2)]); // DEC, JNZ
        words.AddRange([0x4218, Macs + 4, Jump(7, -words.Count - 2)]); // MOV &RESLO,R8, JMP
        return [.. words];

        static ushort Jump(int condition, int words) => (ushort)(0x2000 | (condition switch { 1 => 0, _ => 7 } << 10) | ((words - 1) & 0x3FF));
    }

    private static uint Address(Random random) => random.Next(4) switch
    {
        0 => 0x2000u + (uint)random.Next(0x400),
        1 => 0x20000u + (uint)random.Next(0x400),
        _ => 0x6000u + (uint)random.Next(random.Next(2) == 0 ? 0x40 : 0x800),
    };

    // MOV @Rn+,&MACS (often a byte); MOV @Rm+ or @Rm,&OP2; perhaps ADDA
    private static ushort[] Product(Random random, int[] pointers)
    {
        int weight = pointers[0];
        int element = pointers[1];
        ushort first = (ushort)(0x40B2 | (random.Next(2) << 6) | (weight << 8));
        return random.Next(4) switch
        {
            0 => [first, Macs, (ushort)(0x40A2 | (element << 8)), Op2, (ushort)(0x00E0 | (pointers[^1] << 8) | element)],
            _ => [first, Macs, (ushort)(0x40B2 | (element << 8)), Op2],
        };
    }

    private static ushort[] Piece(Random random, int[] pointers, int written)
    {
        int p = pointers[random.Next(pointers.Length)];
        int q = pointers[random.Next(pointers.Length)];
        int other = Enumerable.Range(4, 12).Except(pointers).Except([written]).ElementAt(random.Next(3));
        int size = random.Next(3) == 0 ? 0x40 : 0;
        int multiplier = 0x04C0 + (2 * random.Next(5));
        switch (random.Next(24))
        {
            case 0 or 1 or 2 or 3:
                return Product(random, pointers);
            case 4 or 5:
                return [(ushort)(0x40B2 | size | (p << 8)), (ushort)multiplier]; // MOV @Rp+,&
            case 6:
                return [(ushort)(0x4092 | size | (p << 8)), (ushort)(2 * random.Next(8)), (ushort)multiplier]; // MOV x(Rp),&
            case 7:
                return [(ushort)(0x4030 | size | (p << 8) | other)]; // MOV @Rp+,R
            case 8:
                return [(ushort)(0x5030 | size | (p << 8) | other), (ushort)(0x6300 | other)]; // ADD @Rp+,R; ADDC #0,R
            case 9:
                return [(ushort)(0x00E0 | (other << 8) | p), (ushort)(0xF030 | p), 0x63FF]; // ADDA R,Rp; AND #63FF,Rp
            case 10:
                return [(ushort)(0x5320 | p)]; // INCD Rp
            case 11:
                return [(ushort)(0x4080 | size | (other << 8) | written), (ushort)(2 * random.Next(4))]; // MOV R,x(Rw)
            case 12:
                return [(ushort)(0x4090 | (p << 8) | written), 0, (ushort)random.Next(8)]; // MOV 0(Rp),x(Rw)
            case 13:
                return [(ushort)(0x4210 | size | other), (ushort)(0x04CA + (2 * random.Next(2)))]; // MOV &RES,R
            case 14:
                return [(ushort)(0x4382 | size), (ushort)(0x04CA + (2 * random.Next(2)))]; // CLR &RES
            case 15:
                return [(ushort)(0x9000 | (p << 8) | other), (ushort)(0x2000 | (random.Next(7) << 10) | 1), (ushort)(0x4030 | (q << 8) | other)]; // CMP; Jcc over MOV @Rq+,R
            case 16:
                // CMP; MOV R,Rp; Jcc over what follows it; AND
                return [(ushort)(0x9030 | (q << 8) | other), (ushort)(0x4000 | (q << 8) | p), (ushort)(0x2000 | (random.Next(7) << 10) | 1), (ushort)(0x4030 | (p << 8) | other)];
            case 17:
                return [(ushort)(0x5030 | p), (ushort)(2 * random.Next(12))]; // ADD #,Rp
            case 18:
                return [(ushort)(0x8030 | p), (ushort)(2 * random.Next(8))]; // SUB #,Rp
            case 19:
                return [(ushort)(0x0010 | (p << 8) | other)]; // MOVA @Rp+,R
            case 20:
                return [(ushort)(0x1230 | p), (ushort)(0x4130 | other)]; // PUSH @Rp+; POP R
            case 21:
                return [(ushort)(0x00C0 | (q << 8) | p)]; // MOVA Rq,Rp
            case 22:
                return [(ushort)(0x4080 | size | (other << 8) | p), (ushort)(2 * random.Next(4))]; // MOV R,x(Rp)
            default:
                return [(ushort)(0x4210 | other), (ushort)(0x6000 + random.Next(0x40))]; // MOV &,R
        }
    }
}
