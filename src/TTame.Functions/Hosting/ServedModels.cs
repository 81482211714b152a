using TTame.Functions.Explain;

namespace TTame.Functions.Hosting;

/// <summary>The models that explain, as they are published now.</summary>
internal sealed class ServedModels(ModelHost host, PublishedModels published) : IExplainingModels
{
    public async Task<IExplainingModel> GetAsync(string name, CancellationToken cancellation)
    {
        await published.SyncAsync(name, cancellation);
        return await host.GetAsync(name, cancellation);
    }

    public Task<string> DefaultAsync(CancellationToken cancellation) => published.DefaultAsync(cancellation);
}
