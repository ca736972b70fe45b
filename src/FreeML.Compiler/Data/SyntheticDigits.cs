using FreeML.Compiler.Numerics;

namespace FreeML.Compiler.Data;

/// <summary>
/// Digits drawn by a pen that shakes: for what must run where no recorded data are. Each digit has one form or a few, made of strokes in the
/// unit square: straight lines between points, or a smooth curve (quadratic B-spline) along them. Drawn is a form with every point shaken,
/// then scaled, slanted, turned and moved, with a pen of random width and darkness, under noise. Only sums, products, quotients and square
/// roots are taken, so a seed gives the same bytes on every host. What is random about a digit follows from the seed and its number.
/// </summary>
public static class SyntheticDigits
{
    /// <summary>Classes: the digits from 0 to 9.</summary>
    public const int Classes = 10;

    private const int CurveSteps = 6;
    private const double Shake = 0.05;
    private const double Noise = 0.15;

    // Digit by digit, its forms.
    private static readonly Stroke[][][] Forms =
    [
        [
            [Curve((.5, .1), (.24, .12), (.2, .5), (.24, .88), (.5, .9), (.76, .88), (.8, .5), (.76, .12), (.5, .1))],
        ],
        [
            [Lines((.5, .1), (.5, .9))],
            [Lines((.34, .28), (.53, .1), (.53, .9))],
            [Lines((.34, .28), (.53, .1), (.53, .9)), Lines((.34, .9), (.7, .9))],
        ],
        [
            [Curve((.24, .3), (.3, .06), (.78, .06), (.78, .4), (.45, .65), (.22, .89)), Lines((.22, .89), (.8, .89))],
            [Curve((.24, .25), (.4, .06), (.8, .1), (.72, .5), (.3, .95), (.2, .78), (.45, .72), (.82, .92))],
        ],
        [
            [Curve((.25, .18), (.45, .06), (.8, .12), (.76, .44), (.42, .48)), Curve((.42, .48), (.82, .5), (.84, .86), (.5, .96), (.22, .8))],
            [Lines((.25, .12), (.74, .12), (.46, .44)), Curve((.46, .44), (.84, .46), (.84, .88), (.45, .96), (.22, .8))],
        ],
        [
            [Lines((.64, .9), (.64, .1), (.2, .64), (.82, .64))],
            [Lines((.3, .1), (.24, .55), (.8, .55)), Lines((.66, .22), (.64, .9))],
        ],
        [
            [Lines((.76, .12), (.32, .12), (.28, .45)), Curve((.28, .45), (.5, .36), (.84, .46), (.8, .88), (.45, .94), (.22, .8))],
        ],
        [
            [Curve((.68, .1), (.36, .22), (.16, .72), (.4, .98), (.8, .88), (.76, .5), (.44, .46), (.26, .7))],
        ],
        [
            [Lines((.22, .13), (.78, .13), (.42, .9))],
            [Lines((.22, .13), (.78, .13), (.42, .9)), Lines((.36, .5), (.7, .5))],
        ],
        [
            [Curve((.5, .48), (.22, .4), (.26, .08), (.74, .08), (.78, .4), (.5, .48), (.18, .6), (.22, .94), (.78, .94), (.82, .6), (.5, .48))],
        ],
        [
            [Curve((.74, .3), (.66, .06), (.28, .06), (.22, .46), (.6, .54), (.74, .3)), Lines((.74, .3), (.68, .9))],
            [Curve((.74, .3), (.66, .06), (.28, .06), (.22, .46), (.6, .54), (.74, .3)), Curve((.74, .3), (.76, .7), (.6, .94), (.3, .88))],
        ],
    ];

    /// <summary>The seed of test digits that go with the training digits of another: the two have no digit in common.</summary>
    public static ulong TestSeed(ulong seed) => ~seed;

    /// <summary>Draws digits as grey bytes: 0 is paper, 255 ink.</summary>
    /// <param name="count">How many.</param>
    /// <param name="size">Rows and columns of each; 8 to 64.</param>
    /// <param name="seed">Decides everything.</param>
    /// <returns>Pixels row by row, picture after picture, and the digits.</returns>
    public static (byte[] Pixels, byte[] Labels) Draw(int count, int size, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 8);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, 64);
        byte[] pixels = new byte[checked(count * size * size)];
        byte[] labels = new byte[count];
        Work.For(count, 0, n => labels[n] = Draw(pixels.AsSpan(n * size * size, size * size), size, new RandomStream(seed, n)));
        return (pixels, labels);
    }

    /// <summary>Draws digits as samples from 0 to 1.</summary>
    public static LabelledData Generate(int count, int size, ulong seed)
    {
        (byte[] pixels, byte[] labels) = Draw(count, size, seed);
        return new LabelledData("drawn digits", [1, size, size], Array.ConvertAll(pixels, pixel => pixel / 255f), Array.ConvertAll(labels, label => (int)label), Classes);
    }

    private static byte Draw(Span<byte> pixels, int size, RandomStream random)
    {
        int digit = random.Below(Classes);
        Stroke[] form = Forms[digit][random.Below(Forms[digit].Length)];
        var placement = new Placement(ref random);
        double halfPen = random.Between(0.035, 0.075);
        double ink = random.Between(0.65, 1);
        var segments = new List<(Point From, Point To)>();
        foreach (Stroke stroke in form)
        {
            Point[] points = [.. stroke.Points];
            foreach (ref Point point in points.AsSpan())
            {
                point = placement.Of(new Point(point.X + (Shake * random.Normal()), point.Y + (Shake * random.Normal())));
            }

            Point[] path = stroke.IsCurve ? Along(points) : points;
            segments.AddRange(path.Zip(path[1..]));
        }

        for (int n = 0; n < pixels.Length; n++)
        {
            var centre = new Point(((n % size) + 0.5) / size, ((n / size) + 0.5) / size);
            double nearest = Math.Sqrt(segments.Min(segment => SquareDistance(centre, segment.From, segment.To)));

            // The edge of a line is one pixel wide.
            double cover = Math.Clamp(((halfPen - nearest) * size) + 0.5, 0, 1);
            double grey = (ink * cover) + (Noise * random.Normal());
            pixels[n] = (byte)Math.Clamp((int)((255 * grey) + 0.5), 0, 255);
        }

        return (byte)digit;
    }

    /// <summary>Points along a quadratic B-spline that begins and ends at the first and last of its control points.</summary>
    private static Point[] Along(Point[] control)
    {
        var path = new List<Point> { control[0] };
        for (int n = 1; n < control.Length - 1; n++)
        {
            Point from = n == 1 ? control[0] : Middle(control[n - 1], control[n]);
            Point to = n == control.Length - 2 ? control[^1] : Middle(control[n], control[n + 1]);
            for (int step = 1; step <= CurveSteps; step++)
            {
                double t = (double)step / CurveSteps;
                double s = 1 - t;
                path.Add(new Point(
                    (s * s * from.X) + (2 * s * t * control[n].X) + (t * t * to.X),
                    (s * s * from.Y) + (2 * s * t * control[n].Y) + (t * t * to.Y)));
            }
        }

        return [.. path];
    }

    private static Point Middle(Point a, Point b) => new((a.X + b.X) / 2, (a.Y + b.Y) / 2);

    private static double SquareDistance(Point point, Point from, Point to)
    {
        double dx = to.X - from.X;
        double dy = to.Y - from.Y;
        double length = (dx * dx) + (dy * dy);
        double along = length == 0 ? 0 : Math.Clamp((((point.X - from.X) * dx) + ((point.Y - from.Y) * dy)) / length, 0, 1);
        double x = point.X - from.X - (along * dx);
        double y = point.Y - from.Y - (along * dy);
        return (x * x) + (y * y);
    }

    private static Stroke Lines(params Point[] points) => new(points, IsCurve: false);

    private static Stroke Curve(params Point[] points) => new(points, IsCurve: true);

    private readonly record struct Point(double X, double Y)
    {
        public static implicit operator Point((double X, double Y) place) => new(place.X, place.Y);
    }

    private readonly record struct Stroke(Point[] Points, bool IsCurve);

    /// <summary>Size, slant, turn and place of a digit.</summary>
    private readonly struct Placement
    {
        private readonly double _xx;
        private readonly double _xy;
        private readonly double _yx;
        private readonly double _yy;
        private readonly double _x;
        private readonly double _y;

        public Placement(ref RandomStream random)
        {
            double width = random.Between(0.5, 0.95);
            double height = random.Between(0.65, 0.95);
            double slant = random.Between(-0.3, 0.3);
            double sine = random.Between(-0.3, 0.3);
            double cosine = Math.Sqrt(1 - (sine * sine));
            _xx = cosine * width;
            _xy = (cosine * slant) - (sine * height);
            _yx = sine * width;
            _yy = (sine * slant) + (cosine * height);
            _x = 0.5 + random.Between(-0.06, 0.06);
            _y = 0.5 + random.Between(-0.06, 0.06);
        }

        public Point Of(Point point)
        {
            double x = point.X - 0.5;
            double y = point.Y - 0.5;
            return new Point((_xx * x) + (_xy * y) + _x, (_yx * x) + (_yy * y) + _y);
        }
    }
}
