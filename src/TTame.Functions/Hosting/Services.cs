using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TTame.Core.Attention;
using TTame.Functions.Explain;
using TTame.Functions.Runs;
using TTame.Functions.Train;

namespace TTame.Functions.Hosting;

/// <summary>What the functions are made of.</summary>
internal static class Services
{
    /// <summary>Everything that explaining needs. Nothing is loaded before the host runs.</summary>
    /// <exception cref="SettingException">A setting's text is not one that it takes.</exception>
    public static IServiceCollection AddExplaining(this IServiceCollection services, IConfiguration configuration)
    {
        var settings = ServiceSettings.Read(configuration);
        return services
            .AddSingleton(settings)
            .AddSingleton<BlobServiceClient>(_ => StorageConnection.Blobs(configuration))
            .AddSingleton<QueueServiceClient>(_ => StorageConnection.Queues(configuration))
            .AddSingleton<ImageSource>()
            .AddSingleton<ResultStore>()
            .AddSingleton<PicturePreparation>()
            .AddSingleton<ResultWriter>()
            .AddSingleton<ExplainCounts>()
            .AddSingleton<Readiness>()
            .AddSingleton(new ModelLibrary(settings.ModelsPath, new()))
            .AddSingleton<InferenceLoop>()
            .AddSingleton<ModelHost>()
            .AddSingleton<IExplainingModels, ServedModels>()
            .AddSingleton<IModelDirectory>(all => all.GetRequiredService<ModelHost>())
            .AddSingleton<ExplainPipeline>()
            .AddSingleton<PoisonImages>()
            .AddSingleton<MissedImages>()
            .AddSingleton<PublishedModels>()
            .AddSingleton<RunStore>()
            .AddSingleton<ImageSources>()
            .AddSingleton<RunModels>()
            .AddSingleton<TrainingSupply>()
            .AddSingleton<DeviceTurns>()
            .AddSingleton<RunReading>()
            .AddHostedService<Warmup>();
    }
}
