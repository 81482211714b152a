using Microsoft.AspNetCore.Http;

namespace TTame.Functions.Hosting;

/// <summary>Reads the JSON bodies of requests.</summary>
internal static class JsonBody
{
    /// <summary>The body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="most">Longest body, bytes.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <exception cref="BadHttpRequestException">415: its content type is not JSON. 413: it is longer than <paramref name="most"/>.</exception>
    public static async Task<byte[]> ReadAsync(HttpRequest request, int most, CancellationToken cancellation)
    {
        if (!request.HasJsonContentType()) throw new BadHttpRequestException("The body must be application/json.", StatusCodes.Status415UnsupportedMediaType);
        using var body = new MemoryStream();
        byte[] buffer = new byte[16 << 10];
        for (int read; (read = await request.Body.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (body.Length + read > most) throw new BadHttpRequestException($"The body is longer than {most} bytes.", StatusCodes.Status413PayloadTooLarge);
            body.Write(buffer, 0, read);
        }
        return body.ToArray();
    }
}
