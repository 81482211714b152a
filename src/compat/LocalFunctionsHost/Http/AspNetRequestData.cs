using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace LocalFunctionsHost.Http;

internal sealed class HttpRequestFeature(HttpContext http) : IHttpRequestDataFeature
{
    private HttpRequestData? _data;

    public ValueTask<HttpRequestData?> GetHttpRequestDataAsync(FunctionContext context) => new(_data ??= new AspNetRequestData(http, context));
}

/// <summary>An ASP.NET Core request seen as <see cref="HttpRequestData"/>.</summary>
internal sealed class AspNetRequestData(HttpContext http, FunctionContext context) : HttpRequestData(context)
{
    public override Stream Body => http.Request.Body;

    public override HttpHeadersCollection Headers { get; } = new(http.Request.Headers.Select(h => KeyValuePair.Create(h.Key, h.Value.Select(v => v ?? ""))));

    public override IReadOnlyCollection<IHttpCookie> Cookies { get; } = [.. http.Request.Cookies.Select(c => new HttpCookie(c.Key, c.Value))];

    public override Uri Url { get; } = new(http.Request.GetEncodedUrl());

    public override IEnumerable<ClaimsIdentity> Identities => http.User.Identities;

    public override string Method => http.Request.Method;

    public override HttpResponseData CreateResponse() => new AspNetResponseData(http, FunctionContext);
}

/// <summary>A response that goes to the ASP.NET Core response as it is written; headers must be set before the body.</summary>
internal sealed class AspNetResponseData(HttpContext http, FunctionContext context) : HttpResponseData(context)
{
    private readonly HttpResponse _response = http.Response;
    private HttpHeadersCollection _headers = [];
    private Stream? _body;

    public override HttpStatusCode StatusCode
    {
        get => (HttpStatusCode)_response.StatusCode;
        set => _response.StatusCode = (int)value;
    }

    public override HttpHeadersCollection Headers
    {
        get => _headers;
        set => _headers = value;
    }

    public override Stream Body
    {
        get => _body ??= new HeadersFirst(_response.Body, CopyHeaders);
        set => _body = value;
    }

    public override HttpCookies Cookies => new ResponseCookies(_response);

    /// <summary>Sends what is left: the headers, and a body that the function put in place of ours.</summary>
    public async Task FinishAsync(CancellationToken cancellation)
    {
        if (!_response.HasStarted) CopyHeaders();
        if (_body is null or HeadersFirst) return;
        if (_body.CanSeek) _body.Position = 0;
        await _body.CopyToAsync(_response.Body, cancellation);
    }

    private void CopyHeaders()
    {
        foreach (var (name, values) in _headers) _response.Headers[name] = values.ToArray();
    }

    private sealed class ResponseCookies(HttpResponse response) : HttpCookies
    {
        public override void Append(string name, string value) => response.Cookies.Append(name, value);

        public override void Append(IHttpCookie cookie) => response.Cookies.Append(cookie.Name, cookie.Value, new CookieOptions
        {
            Domain = cookie.Domain,
            Expires = cookie.Expires,
            HttpOnly = cookie.HttpOnly ?? false,
            MaxAge = cookie.MaxAge is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Path = cookie.Path ?? "/",
            Secure = cookie.Secure ?? false,
            SameSite = cookie.SameSite switch
            {
                SameSite.Lax => SameSiteMode.Lax,
                SameSite.Strict => SameSiteMode.Strict,
                SameSite.ExplicitNone => SameSiteMode.None,
                _ => SameSiteMode.Unspecified,
            },
        });

        public override IHttpCookie CreateNew() => new HttpCookie("", "");
    }
}
