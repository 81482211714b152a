using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace TTame.Functions.Tests;

/// <summary>Stands before a storage account and answers for one container in it that has very many images, and a list of them.</summary>
/// <param name="container">The container.</param>
/// <param name="count">Images in it.</param>
/// <param name="whenFull">Called at the first upload: what the lister holds is all in memory then.</param>
internal sealed class ManyImages(string container, int count, Action whenFull) : HttpPipelinePolicy
{
    /// <summary>Name of the list.</summary>
    public const string List = "list.txt";

    private const int PageSize = 5000, Classes = 1000;
    private Action? full = whenFull;

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException("The service reads and writes asynchronously.");

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var address = message.Request.Uri.ToUri();
        if (message.Request.Method == RequestMethod.Put && address.AbsolutePath.Contains("/lists/")) Interlocked.Exchange(ref full, null)?.Invoke();
        if (address.AbsolutePath.EndsWith($"/{container}/{List}")) message.Response = Whole(Lines());
        else if (address.AbsolutePath.EndsWith($"/{container}") && address.Query.Contains("comp=list")) message.Response = new Answer(200, Page(address.Query));
        else await ProcessNextAsync(message, pipeline);
    }

    private static string Name(int image) => string.Create(CultureInfo.InvariantCulture, $"train/n{image % Classes:00000000}/image_{image:0000000}.JPEG");

    private byte[] Lines()
    {
        var text = new StringBuilder();
        for (int i = 0; i < count; i++) text.Append(CultureInfo.InvariantCulture, $"{Name(i)} {i % Classes}\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private byte[] Page(string query)
    {
        int from = query.Split('&', '?').FirstOrDefault(p => p.StartsWith("marker=", StringComparison.Ordinal)) is { } marker ? int.Parse(marker[7..], CultureInfo.InvariantCulture) : 0;
        int end = Math.Min(count, from + PageSize);
        var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Blobs>");
        for (int i = from; i < end; i++) xml.Append("<Blob><Name>").Append(Name(i)).Append("</Name><Properties></Properties></Blob>");
        return Encoding.UTF8.GetBytes(xml.Append(CultureInfo.InvariantCulture, $"</Blobs><NextMarker>{(end < count ? end : "")}</NextMarker></EnumerationResults>").ToString());
    }

    private static Answer Whole(byte[] bytes) => new(206, bytes)
    {
        Headers = { ["Content-Range"] = $"bytes 0-{bytes.Length - 1}/{bytes.Length}", ["ETag"] = "\"1\"", ["Last-Modified"] = "Sun, 01 Mar 2026 00:00:00 GMT", ["x-ms-blob-type"] = "BlockBlob" },
    };

    private sealed class Answer(int status, byte[] content) : Response
    {
        public new Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase) { ["Content-Length"] = content.Length.ToString(CultureInfo.InvariantCulture), ["Content-Type"] = "application/xml" };

        public override int Status => status;
        public override bool IsError => false;
        public override string ReasonPhrase => "OK";
        public override Stream? ContentStream { get; set; } = new MemoryStream(content);
        public override string ClientRequestId { get; set; } = "";
        public override void Dispose() => ContentStream?.Dispose();
        protected override bool ContainsHeader(string name) => Headers.ContainsKey(name);
        protected override IEnumerable<HttpHeader> EnumerateHeaders() => Headers.Select(h => new HttpHeader(h.Key, h.Value));
        protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value) => Headers.TryGetValue(name, out value);
        protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values) => (values = Headers.TryGetValue(name, out string? value) ? [value] : null) is not null;
    }
}
