using FreeML.Sim.Msp430.Isa;
using FreeML.Sim.Msp430.Loading;
using FreeML.Sim.Tests.Support;
using Xunit.Abstractions;

namespace FreeML.Sim.Tests.Isa;

/// <summary>
/// A test that needs objdump and compiled images: in the directory that FREEML_CONFORMANCE_DIR names, as .elf files in directories or in
/// .tar.xz archives (these need the program tar).
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ArchiveFactAttribute : ToolchainFactAttribute
{
    public const string Variable = "FREEML_CONFORMANCE_DIR";

    public ArchiveFactAttribute()
        : base(Tools.Objdump)
    {
        if (!Directory.Exists(Environment.GetEnvironmentVariable(Variable)))
        {
            Skip ??= $"{Variable} names no directory of compiled images";
        }
    }
}

/// <summary>Listings of whole images, compared with objdump's line for line: every 20th image, or all where FREEML_FULL is 1.</summary>
public sealed class ArchiveListingTests(ITestOutputHelper output)
{
    private const int Sample = 20;
    private const int ImagesAtOnce = 200;

    private static readonly TimeSpan UnpackingTimeout = TimeSpan.FromMinutes(2);

    [ArchiveFact]
    public void Every_image_is_listed_as_objdump_lists_it()
    {
        int step = Environment.GetEnvironmentVariable("FREEML_FULL") == "1" ? 1 : Sample;
        string unpacked = Directory.CreateTempSubdirectory("listing").FullName;
        try
        {
            string[] images = [.. Images(unpacked).Where((_, i) => i % step == 0)];
            output.WriteLine($"{images.Length} images, {Compare(images)} lines");
        }
        finally
        {
            Directory.Delete(unpacked, recursive: true);
        }
    }

    [ToolchainFact(Tools.Objdump)]
    public void Our_own_firmware_is_listed_as_objdump_lists_it()
    {
        string[] images = Directory.GetFiles(Path.Combine(RepositoryRoot.Path, "firmware", "prebuilt"), "*.elf");

        Assert.True(Compare(images) > 1000);
    }

    [ArchiveFact]
    public void Every_instruction_met_is_defined_and_has_cycles()
    {
        string unpacked = Directory.CreateTempSubdirectory("listing").FullName;
        try
        {
            foreach (string path in Images(unpacked).Where((_, i) => i % Sample == 0))
            {
                Assert.All(ImageListing.Blocks(ImageReader.Read(path)).SelectMany(block => block.Lines), line =>
                    Assert.True(line.Cycles > 0 || line.Mnemonic is Listing.Elision, $"{path}: {line}"));
            }
        }
        finally
        {
            Directory.Delete(unpacked, recursive: true);
        }
    }

    private static string[] Images(string unpacked)
    {
        string root = Environment.GetEnvironmentVariable(ArchiveFactAttribute.Variable)!;
        string[] archives = Directory.GetFiles(root, "*.tar.xz");
        Array.Sort(archives, StringComparer.Ordinal);
        foreach (string archive in archives)
        {
            (int exitCode, _, string error) = Toolchain.Execute("tar", ["-xf", archive, "-C", unpacked], UnpackingTimeout);
            Assert.True(exitCode == 0, $"{archive}: {error}");
        }

        string[] images = Directory.GetFiles(archives.Length > 0 ? unpacked : root, "*.elf", SearchOption.AllDirectories);
        Array.Sort(images, StringComparer.Ordinal);
        return images;
    }

    private static int Compare(string[] images) => images.Chunk(ImagesAtOnce).Sum(some =>
        Objdump.Blocks(["-d", .. some]).ChunkBy(block => block.File).Sum(Compare));

    private static int Compare(ObjdumpBlock[] theirs)
    {
        ListingBlock[] ours = [.. ImageListing.Blocks(ImageReader.Read(theirs[0].File))];
        Assert.Equal(theirs.Select(block => (block.Section, block.Address)), ours.Select(block => (block.Section, block.Address)));
        foreach ((ObjdumpBlock block, ListingBlock own) in theirs.Zip(ours))
        {
            Compare(block, own.Lines);
        }

        return theirs.Sum(block => block.Lines.Count);
    }

    private static void Compare(ObjdumpBlock block, IEnumerable<ListingLine> lines)
    {
        using IEnumerator<ListingLine> ours = lines.GetEnumerator();
        foreach (ObjdumpLine theirs in block.Lines)
        {
            Assert.True(ours.MoveNext(), $"{block.File}: found the end, expected {theirs}");
            ListingLine line = ours.Current;
            bool isElision = theirs.Text == Listing.Elision;
            bool agree = theirs.Text == Objdump.Canonical(line.Text)
                && (isElision || (theirs.Address == line.Address && theirs.Bytes == line.Bytes.Length));
            Assert.True(agree, $"{block.File}: found {line}, expected {theirs}");
        }

        Assert.False(ours.MoveNext(), $"{block.File}: found {ours.Current}, expected the end");
    }
}

internal static class EnumerableExtensions
{
    /// <summary>Runs of neighbours that have the same key.</summary>
    public static IEnumerable<T[]> ChunkBy<T, TKey>(this IEnumerable<T> items, Func<T, TKey> key)
    {
        var run = new List<T>();
        foreach (T item in items)
        {
            if (run.Count > 0 && !Equals(key(run[^1]), key(item)))
            {
                yield return [.. run];
                run.Clear();
            }

            run.Add(item);
        }

        if (run.Count > 0)
        {
            yield return [.. run];
        }
    }
}
