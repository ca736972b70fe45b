namespace FreeML.Compiler.Data;

/// <summary>Which part of a data set.</summary>
public enum DataSplit
{
    /// <summary>To train, calibrate and choose with.</summary>
    Training,

    /// <summary>To report with, and for nothing else. Where the files name no parts, all samples.</summary>
    Test,
}
