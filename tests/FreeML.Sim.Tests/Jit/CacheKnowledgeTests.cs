using FreeML.Sim.Msp430.Jit;

namespace FreeML.Sim.Tests.Jit;

/// <summary>What the translator believes of the FRAM cache, against a cache that is there: two sets of two lines, of which the older one goes.</summary>
public sealed class CacheKnowledgeTests
{
    private const int Registers = 3;
    private const uint Code = 0x800;
    private const uint Shared = 0x806;
    private const int CodeLines = 8;

    [Fact]
    public void What_is_known_of_the_cache_is_so()
    {
        int known = 0;
        for (int seed = 0; seed < 4000; seed++)
        {
            known += Try(new Random(seed), seed);
        }

        // Data whose outcome is known are what this is about.
        Assert.True(known > 20_000, $"{known} lines of data known");
    }

    private static int Try(Random random, int seed)
    {
        uint[][] sets = [[random.Next(3) == 0 ? Code : 1, 3], [5, random.Next(3) == 0 ? Code + 1 : 7]];
        HashSet<uint> shared = random.Next(2) == 0 ? [Shared] : [];
        var pointers = new uint[Registers];
        int known = 0;
        CacheKnowledge cache = CacheKnowledge.Nothing;
        for (int register = 0; register < Registers; register++)
        {
            Set(register);
        }

        for (int step = 0; step < 60; step++)
        {
            int register = random.Next(Registers);
            switch (random.Next(16))
            {
                case 0:
                    // Data from anywhere.
                    Read(Data());
                    cache = cache.WithData(dataMayBeCode: false);
                    break;
                case 1:
                    cache = cache.Without(1 << register) with { Phases = cache.Phases.With(register, null) };
                    Set(register);
                    break;
                case 2:
                    Drop(random.Next(2) == 0 ? pointers[register] >> 3 : Data());
                    cache = cache.WithoutData;
                    break;
                case 3:
                    cache = cache.AtEntry;
                    break;
                case < 9:
                    Touch(Code + (uint)random.Next(CodeLines), Code);
                    break;
                default:
                    uint name = LineName.Of(register, cache.Phases[register]!.Value);
                    Touch(pointers[register] >> 3, name);
                    int bytes = 1 << random.Next(3);
                    pointers[register] += (uint)bytes;
                    cache = cache.Stepped(register, bytes);
                    break;
            }

            Check(cache.Even, sets[0]);
            Check(cache.Odd, sets[1]);
        }

        return known;

        // Often where another one points to, or to a line of code that data are read from.
        void Set(int register)
        {
            pointers[register] = random.Next(4) switch
            {
                0 => pointers[random.Next(Registers)] + (uint)random.Next(16),
                1 when shared.Count > 0 => (Shared << 3) + (uint)random.Next(8),
                _ => 0x6000 + (uint)random.Next(64),
            };

            // No other line of code is read as data, but for what a shared one runs into.
            pointers[register] = pointers[register] >> 3 is >= Code and < Code + CodeLines && !(shared.Contains(pointers[register] >> 3)) ? 0x6000 : pointers[register];
            cache = cache with { Phases = cache.Phases.With(register, (int)pointers[register] & 15) };
        }

        uint Data() => shared.Count > 0 && random.Next(4) == 0 ? Shared : 0xC00 + (uint)random.Next(10);

        bool Read(uint line)
        {
            uint[] set = sets[line & 1];
            bool isThere = set.Contains(line);
            (set[0], set[1]) = (line, line == set[0] ? set[1] : set[0]);
            return isThere;
        }

        void Drop(uint line)
        {
            if (line is >= Code and < Code + CodeLines)
            {
                return;
            }

            uint[] set = sets[line & 1];
            (set[0], set[1]) = line == set[0] ? (set[1], uint.MaxValue) : (set[0], line == set[1] ? uint.MaxValue : set[1]);
        }

        void Touch(uint line, uint name)
        {
            bool isData = LineName.RegisterOf(name) >= 0;
            if (isData && line is >= Code and < Code + CodeLines && !shared.Contains(line))
            {
                // A stream has run into code that it is known not to read.
                return;
            }

            bool wasNewest = sets[line & 1][0] == line;
            bool isThere = Read(line);
            (Lookup lookup, cache) = cache.Touch(isData ? name : line, dataMayBeCode: false, shared);
            bool isRight = lookup switch
            {
                Lookup.Newest => wasNewest,
                Lookup.Present => isThere,
                Lookup.Absent => !isThere,
                _ => true,
            };
            Assert.True(isRight, $"seed {seed}: line {line:X} {lookup}");
            known += isData && lookup is not Lookup.Unknown ? 1 : 0;
        }

        // The lines that are known for certain are there, in their order.
        void Check(SetKnowledge knowledge, uint[] set)
        {
            if (knowledge.Newest != LineName.None && knowledge.DataSince == 0)
            {
                Assert.True(LineOf(knowledge.Newest) == set[0], $"seed {seed}: newest");
            }

            if (knowledge.IsExact)
            {
                Assert.True(LineOf(knowledge.Older) == set[1], $"seed {seed}: older");
            }
        }

        uint LineOf(uint name) => LineName.RegisterOf(name) is var register and >= 0
            ? (uint)((int)pointers[register] - cache.Phases[register]!.Value + LineName.BytesOf(name)) >> 3
            : name;
    }
}
