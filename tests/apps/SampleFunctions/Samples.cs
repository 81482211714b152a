using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace SampleFunctions;

/// <summary>One function of each kind, small enough that what a test sees is the host's doing.</summary>
public class Samples
{
    /// <summary>Copies a blob after a while, so that a test can kill the host in between.</summary>
    [Function("Copy")]
    [BlobOutput("copies/{name}")]
    public static async Task<byte[]> Copy([BlobTrigger("originals/{name}")] byte[] content, string name, CancellationToken cancellation)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(int.Parse(Environment.GetEnvironmentVariable("CopyTakes") ?? "0")), cancellation);
        return content;
    }

    [Function("Greet")]
    public IActionResult Greet([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "greet/{who}")] HttpRequest request, string who)
        => new OkObjectResult(new { Greeting = $"{request.Method} {who}" });

    [Function("Listen")]
    public void Listen([QueueTrigger("%Inbox%")] string message)
    {
    }

    [Function("Tick")]
    public void Tick([TimerTrigger("0 0 3 * * *")] TimerInfo timer)
    {
    }

    [Function("Resting")]
    public void Resting([BlobTrigger("resting/{name}")] string content)
    {
    }
}
