using System.Buffers.Binary;
using System.Collections.Immutable;

namespace FreeML.Compiler.Lowering;

/// <summary>A matrix of integer weights as its bytes lie in the device's FRAM, little-endian. A row is a filter, or the weights of one output.</summary>
/// <remarks>Decoding is exact: <see cref="Decode"/> gives back what was encoded. The layout of each array is in this folder's README.</remarks>
public sealed class EncodedWeights
{
    /// <summary>All forms but <see cref="WeightForm.Dense"/>, cheapest to decode first.</summary>
    internal static readonly ImmutableArray<WeightForm> SparseForms = [WeightForm.Gap16, WeightForm.Gap8, WeightForm.Gap4, WeightForm.Bitmap];

    private EncodedWeights(WeightForm form, int bits, int rows, int columns, byte[] values, byte[] indices, byte[] counts)
    {
        Form = form;
        Bits = bits;
        Rows = rows;
        Columns = columns;
        Values = [.. values];
        Indices = [.. indices];
        Counts = [.. counts];
    }

    /// <summary>The form.</summary>
    public WeightForm Form { get; }

    /// <summary>Bits of a value: 8 or 16.</summary>
    public int Bits { get; }

    /// <summary>Filters or outputs.</summary>
    public int Rows { get; }

    /// <summary>Weights of a row.</summary>
    public int Columns { get; }

    /// <summary>The values stored, in order.</summary>
    public ImmutableArray<byte> Values { get; }

    /// <summary>Gaps or bits; empty where all values are stored.</summary>
    public ImmutableArray<byte> Indices { get; }

    /// <summary>Entries of each row, a byte each, or two where a row has more than 255; empty for forms without gaps.</summary>
    public ImmutableArray<byte> Counts { get; }

    /// <summary>Bytes of one count: 1 or 2; 0 where there are none.</summary>
    public int CountWidth => Counts.Length / Rows;

    /// <summary>Values stored, those that only bridge a gap included.</summary>
    public int Entries => Values.Length / (Bits / 8);

    /// <summary>What it takes in FRAM.</summary>
    public WeightSize Size => new(Form, Entries, Even(Values.Length), Even(Indices.Length), Even(Counts.Length));

    /// <summary>Encodes a matrix in the smallest form.</summary>
    /// <param name="weights">Row after row, each in the range of <paramref name="bits"/>.</param>
    /// <param name="rows">Filters or outputs.</param>
    /// <param name="bits">8 or 16.</param>
    public static EncodedWeights EncodeSmallest(ReadOnlySpan<short> weights, int rows, int bits) =>
        Encode(weights, rows, bits, WeightSize.Smallest(weights, rows, bits).Form);

    /// <summary>Encodes a matrix.</summary>
    /// <inheritdoc cref="EncodeSmallest"/>
    public static EncodedWeights Encode(ReadOnlySpan<short> weights, int rows, int bits, WeightForm form)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length % rows, 0);
        ArgumentOutOfRangeException.ThrowIfNotEqual(bits is 8 or 16, true, nameof(bits));
        if (bits == 8 && weights.ContainsAnyExceptInRange(sbyte.MinValue, sbyte.MaxValue))
        {
            throw new ArgumentException("A weight needs more than 8 bits.", nameof(weights));
        }

        Writer writer = new(form, bits);
        int columns = weights.Length / rows;
        for (int row = 0; row < rows; row++)
        {
            writer.WriteRow(weights.Slice(row * columns, columns));
        }

        return new EncodedWeights(form, bits, rows, columns, [.. writer.Values], [.. writer.Indices], writer.CountBytes());
    }

    /// <summary>Takes encoded bytes from a file, once it is clear that they decode.</summary>
    /// <param name="source">File and array, for errors.</param>
    /// <param name="form">The form.</param>
    /// <param name="bits">8 or 16.</param>
    /// <param name="rows">Filters or outputs.</param>
    /// <param name="columns">Weights of a row.</param>
    /// <param name="values">The values.</param>
    /// <param name="indices">Gaps or bits.</param>
    /// <param name="counts">Entries of each row.</param>
    /// <exception cref="ModelException">They do not decode, or are not what the encoder writes.</exception>
    public static EncodedWeights FromBytes(string source, WeightForm form, int bits, int rows, int columns, byte[] values, byte[] indices, byte[] counts)
    {
        if (bits is not (8 or 16) || !Enum.IsDefined(form) || rows < 1 || columns < 1 || (long)rows * columns > 1 << 24)
        {
            throw new ModelException(source, $"a matrix of {rows}x{columns} {bits}-bit weights in form {form}", "a form of weights that this version knows, and at most 16,777,216 of them");
        }

        EncodedWeights encoded = new(form, bits, rows, columns, values, indices, counts);
        if (!encoded.TryDecode(out short[] weights) || !encoded.HasSameBytes(Encode(weights, rows, bits, form)))
        {
            throw new ModelException(source, $"{values.Length} bytes of values, {indices.Length} of indices and {counts.Length} of counts", $"what {rows}x{columns} weights in form {form} are written as");
        }

        return encoded;
    }

    /// <summary>Entries of the row that has most of them, those that only bridge a gap included.</summary>
    public int MostEntriesOfRow() => Form switch
    {
        WeightForm.Dense => Columns,
        WeightForm.Bitmap => Indices.Chunk((Columns + 7) / 8).Max(bits => bits.Sum(b => System.Numerics.BitOperations.PopCount(b))),
        _ => Enumerable.Range(0, Rows).Max(Count),
    };

    /// <summary>The matrix, row after row.</summary>
    public short[] Decode() => TryDecode(out short[] weights) ? weights : throw new System.Diagnostics.UnreachableException();

    private static int Even(int bytes) => (bytes + 1) & ~1;

    private bool HasSameBytes(EncodedWeights other) =>
        Values.AsSpan().SequenceEqual(other.Values.AsSpan()) && Indices.AsSpan().SequenceEqual(other.Indices.AsSpan()) && Counts.AsSpan().SequenceEqual(other.Counts.AsSpan());

    private bool TryDecode(out short[] weights)
    {
        weights = new short[Rows * Columns];
        return Form switch
        {
            WeightForm.Dense => TryDecodeDense(weights),
            WeightForm.Bitmap => TryDecodeBitmap(weights),
            _ => TryDecodeGaps(weights),
        };
    }

    private bool TryDecodeDense(Span<short> weights)
    {
        if (Entries != weights.Length || Values.Length % (Bits / 8) != 0)
        {
            return false;
        }

        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = Value(i);
        }

        return true;
    }

    private bool TryDecodeBitmap(Span<short> weights)
    {
        int rowBytes = (Columns + 7) / 8;
        int entry = 0;
        if (Indices.Length != rowBytes * Rows)
        {
            return false;
        }

        for (int i = 0; i < weights.Length; i++)
        {
            (int row, int column) = Math.DivRem(i, Columns);
            if ((Indices[(row * rowBytes) + (column / 8)] >> (column % 8) & 1) != 0)
            {
                if (entry == Entries)
                {
                    return false;
                }

                weights[i] = Value(entry++);
            }
        }

        return entry == Entries;
    }

    private bool TryDecodeGaps(Span<short> weights)
    {
        if (Counts.Length != Rows && Counts.Length != 2 * Rows)
        {
            return false;
        }

        int entry = 0;
        int index = 0;
        for (int row = 0; row < Rows; row++)
        {
            int count = Count(row);
            int bytes = WeightSize.IndexBytesOfRow(Form, count, Columns);
            if (entry + count > Entries || index + bytes > Indices.Length)
            {
                return false;
            }

            int column = 0;
            for (int i = 0; i < count; i++, column++)
            {
                column += Gap(index, i);
                if (column >= Columns)
                {
                    return false;
                }

                weights[(row * Columns) + column] = Value(entry++);
            }

            index += bytes;
        }

        return entry == Entries && index == Indices.Length;
    }

    private short Value(int entry) => Bits == 8 ? (sbyte)Values[entry] : BinaryPrimitives.ReadInt16LittleEndian(Values.AsSpan(2 * entry, 2));

    private int Count(int row) => CountWidth == 1 ? Counts[row] : BinaryPrimitives.ReadUInt16LittleEndian(Counts.AsSpan(2 * row, 2));

    private int Gap(int start, int entry) => Form switch
    {
        WeightForm.Gap16 => BinaryPrimitives.ReadUInt16LittleEndian(Indices.AsSpan(start + (2 * entry), 2)),
        WeightForm.Gap8 => Indices[start + entry],
        _ => (Indices[start + (entry / 2)] >> (4 * (entry % 2))) & 15,
    };

    private sealed class Writer(WeightForm form, int bits)
    {
        private readonly List<int> _counts = [];

        public List<byte> Values { get; } = [];

        public List<byte> Indices { get; } = [];

        public void WriteRow(ReadOnlySpan<short> row)
        {
            switch (form)
            {
                case WeightForm.Dense:
                    foreach (short value in row)
                    {
                        WriteValue(value);
                    }

                    break;
                case WeightForm.Bitmap:
                    WriteBits(row);
                    break;
                default:
                    WriteGaps(row);
                    break;
            }
        }

        public byte[] CountBytes()
        {
            int width = WeightSize.CountWidth(_counts.Count == 0 ? 0 : _counts.Max());
            return [.. _counts.SelectMany(count => width == 1 ? [(byte)count] : new[] { (byte)count, (byte)(count >> 8) })];
        }

        private void WriteBits(ReadOnlySpan<short> row)
        {
            byte[] bitsOfRow = new byte[(row.Length + 7) / 8];
            for (int column = 0; column < row.Length; column++)
            {
                if (row[column] != 0)
                {
                    bitsOfRow[column / 8] |= (byte)(1 << (column % 8));
                    WriteValue(row[column]);
                }
            }

            Indices.AddRange(bitsOfRow);
        }

        private void WriteGaps(ReadOnlySpan<short> row)
        {
            int largest = WeightSize.LargestGap(form);
            List<int> gaps = [];
            int next = 0;
            for (int column = 0; column < row.Length; column++)
            {
                if (row[column] == 0)
                {
                    continue;
                }

                for (; column - next > largest; next += largest + 1)
                {
                    gaps.Add(largest);
                    WriteValue(0);
                }

                gaps.Add(column - next);
                WriteValue(row[column]);
                next = column + 1;
            }

            _counts.Add(gaps.Count);
            WriteIndices(gaps);
        }

        private void WriteIndices(List<int> gaps)
        {
            switch (form)
            {
                case WeightForm.Gap16:
                    Indices.AddRange(gaps.SelectMany(gap => new[] { (byte)gap, (byte)(gap >> 8) }));
                    break;
                case WeightForm.Gap8:
                    Indices.AddRange(gaps.Select(gap => (byte)gap));
                    break;
                default:
                    Indices.AddRange(gaps.Chunk(2).Select(pair => (byte)(pair[0] | (pair.Length == 2 ? pair[1] << 4 : 0))));
                    break;
            }
        }

        private void WriteValue(short value)
        {
            Values.Add((byte)value);
            if (bits == 16)
            {
                Values.Add((byte)(value >> 8));
            }
        }
    }
}
