using System.Text;
using FreeML.Compiler.Data;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Tests.Data;

public class NpyFormatTests
{
    [Fact]
    public void Arrays_of_every_type_come_back()
    {
        RoundTrip<float>([1.5f, float.NaN, -0f, float.MaxValue], 2, 2);
        RoundTrip<double>([Math.PI], 1);
        RoundTrip<sbyte>([-128, 127]);
        RoundTrip<short>([-32768, 5, 6], 3, 1, 1);
        RoundTrip<int>([int.MinValue], []);
        RoundTrip<long>([], 4, 0);
        RoundTrip<byte>([255, 0], 2);
        RoundTrip<ushort>([65535], 1);
        RoundTrip<uint>([uint.MaxValue], 1);
    }

    [Fact]
    public void The_file_is_what_NumPy_writes()
    {
        byte[] file = Bytes(NpyArray.From<float>([1], 1));
        Assert.Equal(128 + 4, file.Length);
        Assert.Equal([0x93, .. "NUMPY"u8, 1, 0, 118, 0], file[..10]);
        Assert.Equal("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }".PadRight(117) + "\n", Encoding.ASCII.GetString(file, 10, 118));
        Assert.Contains("'shape': (2, 3), }", Encoding.ASCII.GetString(Bytes(NpyArray.From(new Tensor([2, 3])))), StringComparison.Ordinal);
        Assert.Contains("'descr': '|i1'", Encoding.ASCII.GetString(Bytes(NpyArray.From<sbyte>([1], 1))), StringComparison.Ordinal);
    }

    [Fact]
    public void Zips_come_back_and_are_the_same_bytes_each_time()
    {
        KeyValuePair<string, NpyArray>[] arrays = [new("b", NpyArray.From<int>([1, 2], 2)), new("a", NpyArray.From<float>([3], 1, 1))];
        byte[] zip = Zip(arrays);
        Assert.Equal(zip, Zip(arrays));

        SortedDictionary<string, NpyArray> read = NpyFormat.ReadZip(new MemoryStream(zip), "x.npz");
        Assert.Equal(["a", "b"], read.Keys);
        Assert.Equal([1, 2], read["b"].ToArray<int>());
        Assert.Equal([1f, 2f], read["b"].ToFloats());
        Assert.Throws<ModelException>(() => NpyFormat.ReadZip(new MemoryStream(zip), "x.npz", limit: 11));
        Assert.Throws<ModelException>(() => NpyFormat.ReadZip(new MemoryStream(zip[..^5]), "x.npz"));
    }

    [Theory]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", "found elements of '>f4'")]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }", "found an array in Fortran order")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "found an axis of '-1'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }", "found an axis of '99999999999'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2000000000, 2000000000, 2000000000), }", "found an array of 2000000000x2000000000x2000000000, expected at most")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (200000000,), }", "found an array cut off after 4 bytes, expected 800000000")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", "expected an array's header")]
    [InlineData("", "expected an array's header")]
    public void What_cannot_be_read_is_named(string header, string message)
    {
        byte[] file = [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), 0, 0, 0, 0];
        var error = Assert.Throws<ModelException>(() => NpyFormat.Read(new MemoryStream(file), "x.npy"));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_an_error()
    {
        byte[] file = Bytes(NpyArray.From<double>([1, 2], 2));
        for (int length = 0; length < file.Length; length++)
        {
            Assert.Throws<ModelException>(() => NpyFormat.Read(new MemoryStream(file[..length]), "x.npy"));
        }
    }

    private static void RoundTrip<T>(T[] values, params int[] dimensions)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        dimensions = dimensions.Length == 0 && values.Length != 1 ? [values.Length] : dimensions;
        NpyArray read = NpyFormat.Read(new MemoryStream(Bytes(NpyArray.From<T>(values, dimensions))), "x.npy");
        Assert.Equal(dimensions, read.Dimensions);
        Assert.Equal(values, read.ToArray<T>());
        Assert.Equal(values.Length, read.Count);
    }

    private static byte[] Bytes(NpyArray array)
    {
        using MemoryStream file = new();
        NpyFormat.Write(file, array);
        return file.ToArray();
    }

    private static byte[] Zip(KeyValuePair<string, NpyArray>[] arrays)
    {
        using MemoryStream file = new();
        NpyFormat.WriteZip(file, arrays);
        return file.ToArray();
    }
}
