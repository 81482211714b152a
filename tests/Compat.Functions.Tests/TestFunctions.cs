using Azure.Storage.Blobs;
using Azure.Storage.Queues.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace Compat.Functions.Tests;

/// <summary>The functions that the tests' hosts load, each by name.</summary>
public sealed class TestFunctions(Recorder seen)
{
    [Function("Text")]
    public void Text([BlobTrigger("%Box%/{name}")] string content, string name) => seen.Add($"{name}={content}");

    [Function("Bytes")]
    public void Bytes([BlobTrigger("%Box%/{name}")] byte[] content, string name) => seen.Add($"{name}={content.Length}");

    [Function("Client")]
    public async Task Client([BlobTrigger("%Box%/in/{name}.{ext}")] BlobClient blob, string name, string ext, FunctionContext context, CancellationToken cancellation)
    {
        context.GetLogger<TestFunctions>().LogInformation("seen");
        var content = await blob.DownloadContentAsync(cancellation);
        seen.Add($"{name}|{ext}|{content.Value.Content}|{context.BindingContext.BindingData["BlobTrigger"]}");
    }

    [Function("Fails")]
    public void Fails([BlobTrigger("%Box%/{name}")] string content, string name)
    {
        seen.Add(name);
        if (content == "bad") throw new InvalidOperationException("This blob is bad.");
    }

    [Function("Slow")]
    public Task Slow([BlobTrigger("%Box%/{name}")] string content, string name) => seen.AtOnceAsync(async () =>
    {
        await Task.Delay(300);
        seen.Add(name);
    });

    [Function("Held")]
    public async Task Held([BlobTrigger("%Box%/{name}")] string content, string name, CancellationToken cancellation)
    {
        seen.Add($"begin {name}");
        await Task.Delay(1500, cancellation);
        seen.Add($"end {name}");
    }

    [Function("Shout")]
    [BlobOutput("%Box%/out/{name}")]
    public string? Shout([BlobTrigger("%Box%/in/{name}")] string content, string name) => content.Length == 0 ? null : content.ToUpperInvariant();

    [Function("Message")]
    public void Message([QueueTrigger("%Inbox%")] QueueMessage message) => seen.Add($"{message.DequeueCount}:{message.Body}");

    [Function("Order")]
    public void Order([QueueTrigger("%Inbox%")] Order order, string id) => seen.Add($"{order.Id} {order.Count} {id.Length}");

    [Function("Refuses")]
    public void Refuses([QueueTrigger("%Inbox%")] string message)
    {
        seen.Add(message);
        throw new InvalidOperationException("No.");
    }

    [Function("Tick")]
    public void Tick([TimerTrigger("%Every%", RunOnStartup = true)] TimerInfo timer) => seen.Add($"past due {timer.IsPastDue}");

    [Function("Late")]
    public void Late([TimerTrigger("%Every%")] TimerInfo timer) => seen.Add($"past due {timer.IsPastDue}");

    [Function("Hello")]
    public IActionResult Hello([HttpTrigger(AuthorizationLevel.Function, "get", Route = "hello/{who?}")] HttpRequest request, string? who) => new OkObjectResult(new { Hello = who });

    [Function("Open")]
    public IResult Open([HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequest request) => Results.Text("open", statusCode: 201);

    [Function("Throws")]
    public IResult Throws([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => throw new InvalidOperationException("broken");
}

public sealed record Order(int Id, int Count);
