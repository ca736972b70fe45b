using System.CommandLine;
using System.Globalization;
using FreeML.Compiler.Data;
using FreeML.Compiler.Onnx;
using FreeML.Compiler.Training;
using FreeML.Sim.Msp430;
using FreeML.Sim.Recording;

namespace FreeML.Sim.Cli.Digits;

/// <summary><c>digits draw|train</c>: makes the data and the network that come with the program.</summary>
internal static class DigitsCommand
{
    private const int MostDigits = 200_000;
    private const int TrainingDigits = 20_000;
    private const int TestDigits = 2_000;

    /// <summary>Declares the verb.</summary>
    public static Command Create(Terminal terminal) => new("digits", "Draw digits, and train the network that comes with the program on them")
    {
        Draw(terminal),
        Train(terminal),
    };

    private static Command Draw(Terminal terminal)
    {
        Option<string?> output = CommonOptions.Text("--output", "DIR", "Where the files go, in MNIST's form");
        output.Aliases.Add("-o");
        Option<string?> training = CommonOptions.Text("--train", "N", $"Digits to train with; 0 for none (default {TrainingDigits})");
        Option<string?> test = CommonOptions.Text("--test", "N", $"Digits to test with; 0 for none (default {TestDigits})");
        Option<string?> size = CommonOptions.Text("--size", "PIXELS", $"Rows and columns, 8 to 64 (default {DigitNetwork.Size})");
        Option<string?> seed = CommonOptions.Text("--seed", "N", "Decides what is drawn (default 1)");
        Option<bool> json = CommonOptions.Json();
        Command command = new("draw", "Draw digits with a pen that shakes") { output, training, test, size, seed, json };
        command.SetAction(request =>
        {
            string directory = request.GetValue(output) ?? throw new InputException("-o", null, "nothing", "a directory to write to");
            int pixels = CommonOptions.ReadNumber(request, size, 8) ?? DigitNetwork.Size;
            if (pixels > 64)
            {
                throw new InputException(size.Name, null, pixels.ToString(CultureInfo.InvariantCulture), "8 to 64");
            }

            ulong number = CommonOptions.ReadNumber(request, seed, 0UL) ?? 1;
            (string Name, int Count, ulong Seed)[] parts =
            [
                ("train", ReadCount(request, training) ?? TrainingDigits, number),
                ("t10k", ReadCount(request, test) ?? TestDigits, SyntheticDigits.TestSeed(number)),
            ];
            parts = [.. parts.Where(part => part.Count > 0)];
            StagedFiles.Attempt(directory, () => Directory.CreateDirectory(directory));
            foreach ((string name, int count, ulong own) in parts)
            {
                terminal.Interrupted.ThrowIfCancellationRequested();
                (byte[] images, byte[] labels) = SyntheticDigits.Draw(count, pixels, own);
                Write(Path.Combine(directory, $"{name}-images-idx3-ubyte"), IdxWriter.Images(images, pixels));
                Write(Path.Combine(directory, $"{name}-labels-idx1-ubyte"), IdxWriter.Labels(labels));
            }

            if (request.GetValue(json))
            {
                Json.WriteObject(terminal, writer =>
                {
                    writer.WriteString("output", directory);
                    writer.WriteNumber("size", pixels);
                    writer.WriteNumber("seed", number);
                    writer.WriteArray("parts", parts, (item, part) =>
                    {
                        item.WriteString("name", part.Name);
                        item.WriteNumber("digits", part.Count);
                    });
                });
            }
            else
            {
                string counts = string.Join(", ", parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Name} {part.Count}")));
                terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Line.Of(directory)}: digits of {pixels}x{pixels}, {counts}; seed {number}"));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Train(Terminal terminal)
    {
        Option<string?> data = CommonOptions.Text("--data", "DIR", "Digits as 'digits draw' writes them");
        Option<string?> output = OutputFile.Option("MODEL.onnx", "The file to write");
        Option<string?> epochs = CommonOptions.Text("--epochs", "N", $"Times over the data (default {DigitNetwork.Options.Epochs})");
        Option<string?> seed = CommonOptions.Text("--seed", "N", "Decides weights and order (default 1)");
        Option<bool> json = CommonOptions.Json();
        Command command = new("train", "Train the network that comes with the program") { data, output, epochs, seed, json };
        command.SetAction(request =>
        {
            string path = OutputFile.Path(request, output);
            string directory = request.GetValue(data) ?? throw new InputException(data.Name, null, "nothing", "a directory with digits");
            TrainingOptions options = DigitNetwork.Options with
            {
                Epochs = CommonOptions.ReadNumber(request, epochs, 1) ?? DigitNetwork.Options.Epochs,
                Seed = CommonOptions.ReadNumber(request, seed, 0UL) ?? DigitNetwork.Options.Seed,
            };
            TrainingResult result = DigitNetwork.Train(Read(directory, DataSplit.Training), options, new EpochLine(terminal, options.Epochs), terminal.Interrupted);
            LabelledData test = Read(directory, DataSplit.Test);
            double accuracy = Evaluator.Accuracy(result.Network, test);
            Write(path, OnnxWriter.ToBytes(result.Network));
            if (request.GetValue(json))
            {
                Json.WriteObject(terminal, writer =>
                {
                    writer.WriteString("output", path);
                    writer.WriteNumber("parameters", result.Network.Parameters);
                    writer.WriteNumber("bestEpoch", result.BestEpoch);
                    writer.WriteNumber("validationAccuracy", result.Best.ValidationAccuracy);
                    writer.WriteNumber("testAccuracy", accuracy);
                    writer.WriteNumber("testSamples", test.Count);
                });
            }
            else
            {
                terminal.Output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Line.Of(path)}: {result.Network.Parameters} parameters, of epoch {result.BestEpoch}; right on {100 * accuracy:0.00} % of {test.Count} test digits"));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static LabelledData Read(string directory, DataSplit split)
    {
        LabelledData digits = InputScaling.Unit.Apply(DataSets.Load(directory, split));
        return digits.Classes == SyntheticDigits.Classes
            ? DataFit.To(digits, [1, DigitNetwork.Size, DigitNetwork.Size]).Data
            : throw new InputException(directory, null, $"{digits.Classes} classes", "digits");
    }

    private static int? ReadCount(ParseResult request, Option<string?> option)
    {
        int? count = CommonOptions.ReadNumber(request, option, 0);
        return count <= MostDigits || count is null ? count
            : throw new InputException(option.Name, null, request.GetValue(option)!, string.Create(CultureInfo.InvariantCulture, $"at most {MostDigits}"));
    }

    private static void Write(string path, byte[] bytes)
    {
        string partial = path + StagedFiles.PartialSuffix;
        StagedFiles.Attempt(path, () =>
        {
            File.WriteAllBytes(partial, bytes);
            File.Move(partial, path, overwrite: true);
        });
    }

    /// <summary>A line that overwrites itself.</summary>
    private sealed class EpochLine(Terminal terminal, int epochs) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (terminal.IsWatched)
            {
                terminal.Error.Write(value.Epoch == epochs ? "\r\e[K" : string.Create(
                    CultureInfo.InvariantCulture,
                    $"\r\e[Kepoch {value.Epoch} of {epochs}: loss {value.TrainingLoss:0.0000}, accuracy {100 * value.ValidationAccuracy:0.00} %"));
            }
        }
    }
}
