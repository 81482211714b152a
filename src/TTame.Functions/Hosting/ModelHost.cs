using Microsoft.Extensions.Logging;
using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Primitives;
using TTame.Functions.Explain;

namespace TTame.Functions.Hosting;

/// <summary>Loads models when they are first asked for, once each, and keeps them.</summary>
public sealed class ModelHost(ServiceSettings settings, ModelLibrary library, InferenceLoop loop, ILogger<ModelHost> logger) : IModelDirectory, IDisposable
{
    private readonly Dictionary<string, Task<IExplainingModel>> models = new(StringComparer.Ordinal);
    private readonly List<LoadedModel> loaded = [];
    private readonly Lock folders = new();
    private readonly Lazy<DeviceChoice> device = new(() =>
    {
        // Before anything computes: a run that goes on after a restart has the same last bits only with the same number of threads.
        torch.set_num_threads(settings.Threads > 0 ? settings.Threads : Environment.ProcessorCount);
        return DeviceChoice.Make(settings.Device, torch.cuda.is_available);
    });

    /// <summary>The device that computes.</summary>
    /// <exception cref="InvalidOperationException">The setting asks for a GPU that cannot be used.</exception>
    public DeviceChoice Device => device.Value;

    /// <summary>The model of that name, as its folder is now.</summary>
    /// <exception cref="ExplainException"><c>bad_model</c>: there is none.</exception>
    /// <exception cref="ModelUnavailableException">It is there, but cannot be used.</exception>
    public async Task<IExplainingModel> GetAsync(string name, CancellationToken cancellation)
    {
        Task<IExplainingModel> loading;
        lock (models)
            if (!models.TryGetValue(name, out loading!)) models[name] = loading = Task.Run(() => Load(name), CancellationToken.None);
        try
        {
            return await loading.WaitAsync(cancellation);
        }
        catch (Exception) when (loading.IsFaulted)
        {
            // Asked for again, it is tried again: an operator may have mended it.
            lock (models)
                if (models.GetValueOrDefault(name) == loading) models.Remove(name);
            throw;
        }
    }

    /// <summary>Changes a model's folder while nobody loads it; it is loaded anew when it is next asked for.</summary>
    /// <remarks>The one in memory is kept to the end: images may be in a batch of it.</remarks>
    public void Replace(string name, Action place)
    {
        lock (folders) place();
        lock (models) models.Remove(name);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // The thread that computes with them ends first.
        loop.Dispose();
        lock (models) loaded.ForEach(m => m.Dispose());
    }

    /// <inheritdoc />
    public IReadOnlyList<ModelSummary> List()
    {
        lock (models) return [.. library.Entries().Select(entry => ModelSummary.Of(entry, loaded.LastOrDefault(m => m.Card.Name == entry.Name)))];
    }

    private IExplainingModel Load(string name)
    {
        var names = library.Entries().Select(e => e.Name).ToList();
        if (!names.Contains(name)) throw new ExplainException(ExplainException.BadModel, $"there is no model '{name}'; there are: {string.Join(", ", names)}");
        try
        {
            LoadedModel model;
            lock (folders) model = library.Load(name, Device.Device);
            if (model.Attention is null)
            {
                model.Dispose();
                throw new ModelUnavailableException(name, "it has no trained attention. Train one, or import one.");
            }
            lock (models) loaded.Add(model);
            logger.LogInformation("Model {Model} ({Hash}) is loaded on {Device}", name, model.Hash8, Device.Says);
            return new ExplainingModel(model, loop);
        }
        catch (Exception e) when (e is ModelException or WeightsException or IOException or InvalidOperationException)
        {
            throw new ModelUnavailableException(name, e.Message);
        }
    }
}
