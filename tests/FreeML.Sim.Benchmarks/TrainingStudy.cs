using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FreeML.Compiler.Data;
using FreeML.Compiler.Models;
using FreeML.Compiler.Numerics;
using FreeML.Compiler.Training;

namespace FreeML.Sim.Benchmarks;

/// <summary>How fast training is, as a fraction of what the machine can do: products of matrices, and an epoch of LeNet-5 on MNIST.</summary>
internal static unsafe class TrainingStudy
{
    // Many short turns, of which a quick one counts: others may use the machine. Not the quickest, since clocks of virtual machines jump.
    private const int Repeats = 60;
    private const int Chains = 12;

    private static float _sink;

    /// <summary>Measures and prints.</summary>
    /// <param name="mnist">Directory of the MNIST files; null to leave the epoch out.</param>
    public static void Run(string? mnist)
    {
        int cores = Environment.ProcessorCount;
        double[] peaks = [.. new[] { 1, cores }.Select(Peak)];
        Print($"peak of fused multiply-adds in registers: {peaks[0]:F1} GFLOP/s on one core, {peaks[1]:F1} on {cores}; vectors of {(Vector512.IsHardwareAccelerated ? 512 : Vector<float>.Count * 32)} bits");
        Console.WriteLine("| size | threads | GFLOP/s | of the peak |");
        Console.WriteLine("|---|---|---|---|");
        foreach (int size in (int[])[256, 512, 1024])
        {
            for (int n = 0; n < 2; n++)
            {
                int threads = n == 0 ? 1 : cores;
                double speed = Product(size, threads);
                Print($"| {size} | {threads} | {speed:F1} | {100 * speed / peaks[n]:F0} % |");
            }
        }

        if (mnist is not null)
        {
            Epochs(mnist, cores);
        }
    }

    private static void Epochs(string directory, int cores)
    {
        LabelledData training = Read(directory, "train");
        LabelledData test = Read(directory, "t10k");
        Network network = Initialization.Random(LeNet5, 1);
        Console.WriteLine();
        Console.WriteLine("| LeNet-5, MNIST, 60,000 samples | batch | threads | s an epoch | GFLOP/s | test accuracy after it |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach ((int batch, int threads) in ((int, int)[])[(32, cores), (64, cores), (64, 1), (256, cores)])
        {
            var options = new TrainingOptions { Epochs = 2, BatchSize = batch, Threads = threads };
            LabelledData some = training.Take(1000);
            var watch = new Stopwatch();
            var seconds = new List<double>();
            TrainingResult result = Trainer.Train(network, training, some, options, null, null, null, _ => { seconds.Add(watch.Elapsed.TotalSeconds); watch.Restart(); });
            Print($"| Adam | {batch} | {threads} | {seconds[^1]:F2} | {OperationsOfASample(network) * training.Count / seconds[^1] * 1e-9:F1} | {Evaluator.Accuracy(result.Network, test):F4} |");
        }
    }

    // Two for each multiplication with addition; forwards, and backwards to the weights and to the inputs, of which the first layer needs none.
    private static double OperationsOfASample(Network network)
    {
        double operations = 0;
        for (int n = 0; n < network.Layers.Length; n++)
        {
            operations += 2.0 * network.Layers[n].DenseMacs(network.InputShapes(n)) * (n == 0 ? 2 : 3);
        }

        return operations;
    }

    private static Network LeNet5 => new("LeNet-5", [1, 28, 28],
    [
        new Convolution("conv1", [0], new Tensor([6, 1, 5, 5]), new Tensor([6]), new Window(5, 5, 1, 1, new Margins(2, 2, 2, 2))),
        new Activation("relu1", [1], ActivationKind.Relu),
        new Pooling("pool1", [2], PoolingKind.Maximum, new Window(2, 2, 2, 2, default)),
        new Convolution("conv2", [3], new Tensor([16, 6, 5, 5]), new Tensor([16]), new Window(5, 5, 1, 1, default)),
        new Activation("relu2", [4], ActivationKind.Relu),
        new Pooling("pool2", [5], PoolingKind.Maximum, new Window(2, 2, 2, 2, default)),
        new Reshape("flat", [6], [400]),
        new Dense("fc1", [7], new Tensor([120, 400]), new Tensor([120])),
        new Activation("relu3", [8], ActivationKind.Relu),
        new Dense("fc2", [9], new Tensor([84, 120]), new Tensor([84])),
        new Activation("relu4", [10], ActivationKind.Relu),
        new Dense("fc3", [11], new Tensor([10, 84]), new Tensor([10])),
    ]);

    private static LabelledData Read(string directory, string part)
    {
        byte[] images = Unpack(Path.Combine(directory, $"{part}-images-idx3-ubyte.gz"));
        byte[] labels = Unpack(Path.Combine(directory, $"{part}-labels-idx1-ubyte.gz"));
        int count = BinaryPrimitives.ReadInt32BigEndian(labels.AsSpan(4));
        return new LabelledData("MNIST", [1, 28, 28], images.Skip(16).Select(pixel => pixel / 255f).ToArray(), labels.Skip(8).Take(count).Select(label => (int)label).ToArray(), 10);
    }

    private static byte[] Unpack(string file)
    {
        using var packed = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        packed.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static double Product(int size, int threads)
    {
        float[] a = new float[size * size];
        float[] b = new float[size * size];
        float[] c = new float[size * size];
        a.AsSpan().Fill(0.5f);
        b.AsSpan().Fill(0.25f);
        fixed (float* left = a, right = b, result = c)
        {
            var leftView = MatrixView.Of(left, size, size);
            var rightView = MatrixView.Of(right, size, size);
            var resultView = MatrixView.Of(result, size, size);
            int times = (int)Math.Max(1, 4e8 / Math.Pow(size, 3));
            return Speed(2.0 * size * size * size * times, () =>
            {
                for (int n = 0; n < times; n++)
                {
                    MatrixProduct.Multiply(leftView, rightView, resultView, threads: threads);
                }
            });
        }
    }

    private static double Peak(int threads)
    {
        const int steps = 20_000_000;
        bool isWide = Vector512.IsHardwareAccelerated;
        int lanes = isWide ? Vector512<float>.Count : Vector<float>.Count;

        // Threads of its own: a pool may give short pieces to one thread.
        return Speed(2.0 * steps * Chains * lanes * threads, () =>
        {
            Thread[] workers = [.. Enumerable.Range(0, threads).Select(_ => new Thread(() => Sink(isWide ? WideChains(steps) : Chains12(steps))))];
            Array.ForEach(workers, worker => worker.Start());
            Array.ForEach(workers, worker => worker.Join());
        });
    }

    private static double Speed(double operations, Action action)
    {
        double[] seconds = new double[Repeats];
        for (int n = 0; n < Repeats; n++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            seconds[n] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        Array.Sort(seconds);
        return operations / seconds[Repeats / 10] * 1e-9;
    }

    // Somebody has to want the result, or it is not computed.
    private static void Sink(float value) => Volatile.Write(ref _sink, value);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static float Chains12(int steps)
    {
        var x = new Vector<float>(0.999f);
        var y = new Vector<float>(1e-3f);
        // Chains that begin alike would be found to be one.
        Vector<float> a = x, b = a + y, c = b + y, d = c + y, e = d + y, f = e + y, g = f + y, h = g + y, i = h + y, j = i + y, k = j + y, l = k + y;
        for (int n = 0; n < steps; n++)
        {
            a = Vector.FusedMultiplyAdd(a, x, y);
            b = Vector.FusedMultiplyAdd(b, x, y);
            c = Vector.FusedMultiplyAdd(c, x, y);
            d = Vector.FusedMultiplyAdd(d, x, y);
            e = Vector.FusedMultiplyAdd(e, x, y);
            f = Vector.FusedMultiplyAdd(f, x, y);
            g = Vector.FusedMultiplyAdd(g, x, y);
            h = Vector.FusedMultiplyAdd(h, x, y);
            i = Vector.FusedMultiplyAdd(i, x, y);
            j = Vector.FusedMultiplyAdd(j, x, y);
            k = Vector.FusedMultiplyAdd(k, x, y);
            l = Vector.FusedMultiplyAdd(l, x, y);
        }

        return (a + b + c + d + e + f + g + h + i + j + k + l)[0];
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static float WideChains(int steps)
    {
        var x = Vector512.Create(0.999f);
        var y = Vector512.Create(1e-3f);
        // Chains that begin alike would be found to be one.
        Vector512<float> a = x, b = a + y, c = b + y, d = c + y, e = d + y, f = e + y, g = f + y, h = g + y, i = h + y, j = i + y, k = j + y, l = k + y;
        for (int n = 0; n < steps; n++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, y);
            b = Vector512.FusedMultiplyAdd(b, x, y);
            c = Vector512.FusedMultiplyAdd(c, x, y);
            d = Vector512.FusedMultiplyAdd(d, x, y);
            e = Vector512.FusedMultiplyAdd(e, x, y);
            f = Vector512.FusedMultiplyAdd(f, x, y);
            g = Vector512.FusedMultiplyAdd(g, x, y);
            h = Vector512.FusedMultiplyAdd(h, x, y);
            i = Vector512.FusedMultiplyAdd(i, x, y);
            j = Vector512.FusedMultiplyAdd(j, x, y);
            k = Vector512.FusedMultiplyAdd(k, x, y);
            l = Vector512.FusedMultiplyAdd(l, x, y);
        }

        return (a + b + c + d + e + f + g + h + i + j + k + l)[0];
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
