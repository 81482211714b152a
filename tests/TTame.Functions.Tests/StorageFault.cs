using System.Diagnostics.CodeAnalysis;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace TTame.Functions.Tests;

/// <summary>Answers some requests with 503 before they reach the storage.</summary>
internal sealed class StorageFault(Func<Request, bool> hits, int times) : HttpPipelinePolicy
{
    private int left = times;

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException("The service reads and writes asynchronously.");

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (hits(message.Request) && Interlocked.Decrement(ref left) >= 0) message.Response = new Busy();
        else await ProcessNextAsync(message, pipeline);
    }

    private sealed class Busy : Response
    {
        public override int Status => 503;
        public override bool IsError => true;
        public override string ReasonPhrase => "Server Busy";
        public override Stream? ContentStream { get; set; } = new MemoryStream();
        public override string ClientRequestId { get; set; } = "";
        public override void Dispose() => ContentStream?.Dispose();
        protected override bool ContainsHeader(string name) => false;
        protected override IEnumerable<HttpHeader> EnumerateHeaders() => [];
        protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value) => (value = null) is not null;
        protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values) => (values = null) is not null;
    }
}
