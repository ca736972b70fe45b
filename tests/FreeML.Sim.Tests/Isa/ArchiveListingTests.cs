using FreeML.Sim.Msp430.Isa;
using FreeML.Sim.Msp430.Loading;
using FreeML.Sim.Tests.Support;
using Xunit.Abstractions;

namespace FreeML.Sim.Tests.Isa;

/// <summary>Listings of whole images, compared with objdump's line for line: of the compiled programs every 20th, or all where FREEML_FULL is 1.</summary>
public sealed class ArchiveListingTests(ITestOutputHelper output)
{
    private const int ImagesAtOnce = 200;

    [SharedFact("conformance", Tools.Objdump)]
    public void Every_image_is_listed_as_objdump_lists_it() =>
        output.WriteLine($"{SharedData.SampledImages.Count} images, {Compare([.. SharedData.SampledImages])} lines");

    [ToolchainFact(Tools.Objdump)]
    public void Our_own_firmware_is_listed_as_objdump_lists_it()
    {
        string[] images = Directory.GetFiles(Path.Combine(RepositoryRoot.Path, "firmware", "prebuilt"), "*.elf");

        Assert.True(Compare(images) > 1000);
    }

    [SharedFact("conformance")]
    public void Every_instruction_met_is_defined_and_has_cycles()
    {
        foreach (string path in SharedData.SampledImages)
        {
            Assert.All(ImageListing.Blocks(ImageReader.Read(path)).SelectMany(block => block.Lines), line =>
                Assert.True(line.Cycles > 0 || line.Mnemonic is Listing.Elision, $"{path}: {line}"));
        }
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
