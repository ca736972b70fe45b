namespace FreeML.Compiler.Numerics;

/// <summary>A matrix of floats in somebody's array, as it lies there or transposed.</summary>
internal readonly unsafe struct MatrixView
{
    private MatrixView(float* values, int rows, int columns, int stride, bool isTransposed)
    {
        Values = values;
        Rows = rows;
        Columns = columns;
        Stride = stride;
        IsTransposed = isTransposed;
    }

    /// <summary>First element.</summary>
    public float* Values { get; }

    /// <summary>Rows, as the product sees them.</summary>
    public int Rows { get; }

    /// <summary>Columns, as the product sees them.</summary>
    public int Columns { get; }

    /// <summary>Elements from one row in memory to the next.</summary>
    public int Stride { get; }

    /// <summary>Whether a row in memory is a column of this matrix.</summary>
    public bool IsTransposed { get; }

    /// <summary>The transposed matrix, over the same elements.</summary>
    public MatrixView Transposed => new(Values, Columns, Rows, Stride, !IsTransposed);

    /// <summary>A matrix that lies row by row.</summary>
    public static MatrixView Of(float* values, int rows, int columns, int stride) => new(values, rows, columns, stride, false);

    /// <summary>A matrix that lies row by row, without gaps.</summary>
    public static MatrixView Of(float* values, int rows, int columns) => new(values, rows, columns, columns, false);

    /// <summary>Some of its rows.</summary>
    public MatrixView SliceRows(int start, int count) => new(At(start, 0), count, Columns, Stride, IsTransposed);

    /// <summary>Some of its columns.</summary>
    public MatrixView SliceColumns(int start, int count) => new(At(0, start), Rows, count, Stride, IsTransposed);

    /// <summary>Address of an element.</summary>
    public float* At(int row, int column) =>
        IsTransposed ? Values + ((nint)column * Stride) + row : Values + ((nint)row * Stride) + column;
}
