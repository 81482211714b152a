using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using TTame.Functions.Hosting;

namespace TTame.Functions.Explain;

/// <summary>The doorway through which images come.</summary>
/// <param name="pipeline">The way of an image.</param>
public sealed class ExplainImage(ExplainPipeline pipeline)
{
    /// <summary>Explains an image that is new or has changed.</summary>
    /// <remarks>At least once; a repeated event does nothing.</remarks>
    [Function(nameof(ExplainImage))]
    public Task Run([BlobTrigger(ServiceSettings.ImagesContainer + "/{name}", Connection = StorageConnection.Name)] BlobClient image, CancellationToken cancellation)
        => pipeline.RunAsync(image.BlobContainerName, image.Name, cancellation);
}
