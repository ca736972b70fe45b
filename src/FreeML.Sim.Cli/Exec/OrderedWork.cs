namespace FreeML.Sim.Cli.Exec;

/// <summary>Does the same to many things on all cores, and hands the results out in the order of the things.</summary>
internal static class OrderedWork
{
    // Results that may wait for an earlier one to finish, for each worker: bounds memory, and leaves a slow one some company.
    private const int WaitingPerWorker = 16;

    /// <summary>The results, one after the other, each as soon as it and all before it are there.</summary>
    /// <param name="items">The things.</param>
    /// <param name="workers">How many to work on at the same time, 1 or more.</param>
    /// <param name="work">What to do; must not depend on what is done to others.</param>
    public static IEnumerable<TResult> Run<TItem, TResult>(IEnumerable<TItem> items, int workers, Func<TItem, TResult> work)
    {
        var scheduler = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, workers).ConcurrentScheduler;
        Queue<Task<TResult>> waiting = [];
        foreach (TItem item in items)
        {
            if (waiting.Count == workers * WaitingPerWorker)
            {
                yield return waiting.Dequeue().GetAwaiter().GetResult();
            }

            waiting.Enqueue(Task.Factory.StartNew(() => work(item), CancellationToken.None, TaskCreationOptions.None, scheduler));
        }

        while (waiting.TryDequeue(out Task<TResult>? task))
        {
            yield return task.GetAwaiter().GetResult();
        }
    }
}
