using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
using TTame.Core.Primitives;
using TTame.Functions.Explain;

namespace TTame.Functions.Hosting;

/// <summary>Turns errors of HTTP callers into problem details. Errors of other triggers pass: the platform retries them.</summary>
public sealed class ErrorMiddleware(ILogger<ErrorMiddleware> logger) : IFunctionsWorkerMiddleware
{
    /// <inheritdoc />
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is not { } http)
        {
            await next(context);
            return;
        }
        try
        {
            await next(context);
        }
        catch (Exception e) when (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            var problem = Problem(Innermost(e));
            if (problem.Status == StatusCodes.Status500InternalServerError) logger.LogError(e, "{Function} failed", context.FunctionDefinition.Name);
            http.Response.StatusCode = problem.Status!.Value;
            await http.Response.WriteAsJsonAsync(problem, options: null, contentType: "application/problem+json", http.RequestAborted);
        }
    }

    // Reflection and tasks wrap what a function throws.
    private static Exception Innermost(Exception error)
        => error is AggregateException or System.Reflection.TargetInvocationException && error.InnerException is { } inner ? Innermost(inner) : error;

    private static ProblemDetails Problem(Exception error) => error switch
    {
        RequestException e => new() { Status = e.Status, Title = e.Code, Detail = e.Detail, Extensions = { ["remedy"] = e.Remedy } },
        ModelException e => new() { Status = StatusCodes.Status400BadRequest, Title = ExplainException.BadModel, Detail = $"Model {e.Model}: {e.Reason}", Extensions = { ["remedy"] = e.Remedy } },
        ExplainException e => new() { Status = StatusCodes.Status400BadRequest, Title = e.Code, Detail = e.Reason },
        ArgumentException e => new() { Status = StatusCodes.Status400BadRequest, Title = "bad_request", Detail = e.Message },
        BadHttpRequestException e => new() { Status = e.StatusCode, Title = "bad_request", Detail = e.Message },
        ModelUnavailableException e => new() { Status = StatusCodes.Status503ServiceUnavailable, Title = "model_unavailable", Detail = e.Message },
        // What went wrong inside is in the log, not in the answer.
        _ => new() { Status = StatusCodes.Status500InternalServerError, Title = "internal_error", Detail = "The app could not answer. Its log says why." },
    };
}
