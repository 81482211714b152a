namespace TTame.Core.Imaging;

/// <summary>Does work ahead of whoever consumes it, on the thread pool; what it yields and its order do not depend on how far it runs ahead.</summary>
public static class Prefetch
{
    /// <summary>Results of the given work, in its order.</summary>
    /// <param name="work">Taken one by one, as the consumer advances.</param>
    /// <param name="ahead">Pieces in preparation at any time, beside the one that is consumed.</param>
    /// <param name="cancellation">Stops the preparation.</param>
    public static IEnumerable<T> Of<T>(IEnumerable<Func<T>> work, int ahead, CancellationToken cancellation)
    {
        Queue<Task<T>> preparing = [];
        try
        {
            foreach (Func<T> piece in work)
            {
                preparing.Enqueue(Task.Run(piece, cancellation));
                if (preparing.Count > ahead) yield return preparing.Dequeue().GetAwaiter().GetResult();
            }
            while (preparing.Count > 0) yield return preparing.Dequeue().GetAwaiter().GetResult();
        }
        finally
        {
            // A consumer that stops early closes what the pieces read from: they end first, and their results are nobody's.
            foreach (Task<T> piece in preparing) ((IAsyncResult)piece).AsyncWaitHandle.WaitOne();
        }
    }
}
