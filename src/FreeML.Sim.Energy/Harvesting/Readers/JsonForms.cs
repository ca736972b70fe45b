using System.Globalization;
using System.Text.Json;

namespace FreeML.Sim.Energy.Harvesting.Readers;

/// <summary>
/// The JSON forms of the SIMBA simulator: irradiance as <c>{"irradiance": {"seconds": W/m2, …}}</c>, often after an object of
/// metadata, and measured I-V curves as <c>{"seconds": {"volts": amperes, …}}</c>, where a source meter counts delivered current as negative.
/// </summary>
internal static class JsonForms
{
    /// <summary>Both forms are three levels deep at most.</summary>
    private const int MaxDepth = 8;

    /// <summary>How long a curve holds that came alone.</summary>
    private const double LoneCurveSeconds = 1;

    private static readonly JsonReaderOptions Syntax = new() { MaxDepth = MaxDepth, AllowMultipleValues = true };

    /// <summary>Reads either form.</summary>
    public static TraceReadResult Read(byte[] text, string source, TraceReadOptions options)
    {
        Utf8JsonReader reader = new(text.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? text.AsSpan(3) : text, Syntax);
        try
        {
            return Read(ref reader, new Place(source, text), options);
        }
        catch (InvalidOperationException)
        {
            // Names and texts that are not UTF-8, or halves of surrogates, are only found out when they are asked for.
            throw new TraceFormatException(source, null, "malformed text in JSON", "irradiance or I-V curves as JSON");
        }
        catch (JsonException error)
        {
            throw new TraceFormatException(source, (int?)error.LineNumber + 1, reader.CurrentDepth >= MaxDepth - 1 ? $"JSON nested deeper than {MaxDepth} levels" : "malformed JSON", "irradiance or I-V curves as JSON");
        }
    }

    private static TraceReadResult Read(ref Utf8JsonReader reader, Place place, TraceReadOptions options)
    {
        double? length = null;
        TraceBuilder? irradiance = null;
        List<(double Time, List<(double Volts, double Amperes)> Points)> curves = [];
        int values = 0;
        while (reader.Read())
        {
            place.Expect(ref reader, JsonTokenType.StartObject, "an object");
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                string name = reader.GetString()!;
                _ = reader.Read();
                if (name == "irradiance" && irradiance is null && curves.Count == 0)
                {
                    place.Expect(ref reader, JsonTokenType.StartObject, "an object of seconds and W/m2");
                    irradiance = new TraceBuilder(place.Source, options) { Form = "SIMBA irradiance", Quantity = TraceQuantity.Irradiance, Column = name, MissingCodes = [-7999, -9999, -9999.9] };
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                    {
                        (double stamp, double value) = Pair(ref reader, place, "W/m2");
                        irradiance.Add(place.Line(ref reader), stamp, value);
                    }
                }
                else if (reader.TokenType == JsonTokenType.StartObject && Cells.TryNumber(name, out double time) && double.IsFinite(time))
                {
                    List<(double, double)> points = [];
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                    {
                        if (++values > options.MaxValues)
                        {
                            throw place.Error(ref reader, string.Create(CultureInfo.InvariantCulture, $"more than {options.MaxValues:N0} values"), "a trace within the size limit");
                        }

                        points.Add(Pair(ref reader, place, "amperes"));
                    }

                    curves.Add((time, points));
                }
                else
                {
                    length = name == "TraceLength" && reader.TokenType == JsonTokenType.Number ? reader.GetDouble() : length;
                    reader.Skip();
                }
            }
        }

        if (irradiance is not null)
        {
            return irradiance.Finish(0, leastEnd: length);
        }

        return curves.Count > 0 ? Curves(curves, place.Source, options) : throw new TraceFormatException(place.Source, null, "JSON of another kind", "irradiance or I-V curves");
    }

    private static (double Key, double Value) Pair(ref Utf8JsonReader reader, Place place, string unit)
    {
        string key = reader.GetString()!;
        if (!Cells.TryNumber(key, out double number) || !double.IsFinite(number))
        {
            throw place.Error(ref reader, TraceFormatException.Quote(key), "a number as key");
        }

        _ = reader.Read();
        place.Expect(ref reader, JsonTokenType.Number, unit);
        double value = reader.GetDouble();
        return double.IsFinite(value) ? (number, value) : throw place.Error(ref reader, "a number too large", unit);
    }

    private static TraceReadResult Curves(List<(double Time, List<(double Volts, double Amperes)> Points)> curves, string source, TraceReadOptions options)
    {
        List<string> assumptions = [];
        List<(double Volts, double Amperes)> first = curves[0].Points;
        if (first.Count < 2)
        {
            throw new TraceFormatException(source, null, $"a curve of {first.Count} points", "two or more");
        }

        bool isMeasuredFromZero = first[0].Volts == 0;
        double[] axis = [.. isMeasuredFromZero ? [] : (double[])[0], .. first.Select(point => point.Volts)];
        for (int n = 1; n < axis.Length; n++)
        {
            if (!(axis[n] > axis[n - 1]))
            {
                throw new TraceFormatException(source, null, string.Create(CultureInfo.InvariantCulture, $"{axis[n]} V after {axis[n - 1]} V"), "volts that increase from 0");
            }
        }

        TraceBuilder builder = new(source, options) { Form = "measured I-V curves", Quantity = TraceQuantity.IvSurface, Column = "all curves", Axis = axis };
        bool areNegative = curves.SelectMany(curve => curve.Points).Sum(point => point.Amperes) < 0;
        if (areNegative)
        {
            builder.Assumptions.Add("currents are negative, as a source meter counts what the cell delivers; their sign was changed");
        }

        foreach ((double time, List<(double Volts, double Amperes)> points) in curves)
        {
            if (!points.Select(point => point.Volts).SequenceEqual(first.Select(point => point.Volts)))
            {
                throw new TraceFormatException(source, null, string.Create(CultureInfo.InvariantCulture, $"other volts in the curve of {time} s"), "the volts of the first curve in every curve");
            }

            List<double> currents = [.. points.Select(point => areNegative ? -point.Amperes + 0.0 : point.Amperes)];
            if (!isMeasuredFromZero)
            {
                // A cell's current never rises with its voltage, so a measured dip at the first point is not carried on.
                double slope = (currents[1] - currents[0]) / (points[1].Volts - points[0].Volts);
                double atZero = Math.Max(currents[0], currents[0] - (slope * points[0].Volts));
                currents.Insert(0, atZero);
                builder.Note(TraceFindingKind.Extrapolated, null, string.Create(CultureInfo.InvariantCulture, $"{atZero} A from the points at {points[0].Volts} V and {points[1].Volts} V"), atZero);
            }

            builder.Add(0, time, [.. currents]);
        }

        if (curves.Count == 1)
        {
            builder.Assumptions.Add(string.Create(CultureInfo.InvariantCulture, $"a single curve is a trace of {LoneCurveSeconds} s, to be looped"));
        }

        return builder.Finish(0, curves.Count == 1 ? curves[0].Time + LoneCurveSeconds : null);
    }

    /// <summary>Where in the text the reader is.</summary>
    private sealed class Place(string source, byte[] text)
    {
        private int _counted;
        private int _line = 1;

        public string Source => source;

        public int Line(ref Utf8JsonReader reader)
        {
            // The reader only goes forward, so every line end is counted once.
            int to = Math.Min((int)reader.TokenStartIndex, text.Length);
            if (to > _counted)
            {
                _line += text.AsSpan(_counted..to).Count((byte)'\n');
                _counted = to;
            }

            return _line;
        }

        public TraceFormatException Error(ref Utf8JsonReader reader, string found, string expected) => new(source, Line(ref reader), found, expected);

        public void Expect(ref Utf8JsonReader reader, JsonTokenType type, string expected)
        {
            if (reader.TokenType != type)
            {
                throw Error(ref reader, $"JSON {reader.TokenType}", expected);
            }
        }
    }
}
