namespace FreeML.Compiler.Numerics;

/// <summary>Pieces of work on several threads. What a piece computes must not depend on the others; then the number of threads shows nowhere.</summary>
internal static class Work
{
    /// <summary>Does all pieces, in any order.</summary>
    /// <param name="pieces">How many.</param>
    /// <param name="threads">How many at once; 0 for one on each core.</param>
    /// <param name="piece">Does one, by its number from 0.</param>
    public static void For(int pieces, int threads, Action<int> piece)
    {
        if (threads == 0)
        {
            threads = Environment.ProcessorCount;
        }

        if (threads <= 1 || pieces <= 1)
        {
            for (int n = 0; n < pieces; n++)
            {
                piece(n);
            }

            return;
        }

        try
        {
            Parallel.For(0, pieces, new ParallelOptions { MaxDegreeOfParallelism = threads }, piece);
        }
        catch (AggregateException errors) when (errors.InnerExceptions.Count > 0)
        {
            // As it would have come from one thread.
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }
    }
}
