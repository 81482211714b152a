using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace LocalFunctionsHost.Durable;

/// <summary>The instances that a query asks for, in full pages; a continuation token says which listing page, and how far into it.</summary>
internal sealed class InstancePages(DurableEngine engine, DataConverter converter, OrchestrationQuery query) : AsyncPageable<OrchestrationMetadata>
{
    public override async IAsyncEnumerable<Page<OrchestrationMetadata>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
    {
        int size = Math.Max(1, pageSizeHint ?? query.PageSize);
        List<OrchestrationMetadata> page = [];
        string? next = null;
        await foreach (var (found, token) in FromAsync(continuationToken ?? query.ContinuationToken, default))
        {
            if (page.Count == size)
            {
                yield return new Page<OrchestrationMetadata>(page, next);
                page = [];
            }

            page.Add(found);
            next = token;
        }

        yield return new Page<OrchestrationMetadata>(page);
    }

    private async IAsyncEnumerable<(OrchestrationMetadata Found, string After)> FromAsync(string? token, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await engine.OpenAsync(cancellation);
        var (marker, skip) = Read(token);
        await foreach (var (heads, following) in engine.Store.ListAsync(query.InstanceIdPrefix ?? "", marker, cancellation))
        {
            for (int i = skip; i < heads.Count; i++)
            {
                var state = engine.Find(heads[i].Id)?.State ?? heads[i];
                if (!Fits(state)) continue;
                if (query.FetchInputsAndOutputs && engine.Find(state.Id) is null && await engine.Store.GetHeadAsync(state.Id, cancellation) is { } whole) state = whole.State;
                yield return (state.ToMetadata(query.FetchInputsAndOutputs, converter), Write(marker, i + 1));
            }

            skip = 0;
            marker = following;
        }
    }

    private bool Fits(InstanceState state)
        => (query.CreatedFrom is null || state.Created >= query.CreatedFrom) && (query.CreatedTo is null || state.Created <= query.CreatedTo)
           && (query.Statuses is null || !query.Statuses.Any() || query.Statuses.Contains(state.Status));

    private static string Write(string? marker, int skip) => Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{skip}|{marker}")));

    private static (string? Marker, int Skip) Read(string? token)
    {
        if (string.IsNullOrEmpty(token)) return (null, 0);
        try
        {
            string[] parts = Encoding.UTF8.GetString(Convert.FromBase64String(token)).Split('|', 2);
            return (parts[1].Length == 0 ? null : parts[1], int.Parse(parts[0], CultureInfo.InvariantCulture));
        }
        catch (Exception bad) when (bad is FormatException or IndexOutOfRangeException)
        {
            throw new ArgumentException("The continuation token is none of this hub's.", nameof(token), bad);
        }
    }
}
