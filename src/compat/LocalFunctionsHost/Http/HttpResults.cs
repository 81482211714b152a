using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;

namespace LocalFunctionsHost.Http;

/// <summary>Sends what an HTTP function returned; anything but the three known kinds leaves an empty 200, as the real host does.</summary>
internal static class HttpResults
{
    public static async Task SendAsync(object? result, HttpContext http)
    {
        object? answer = result;
        if (result is not (null or IActionResult or IResult or AspNetResponseData)
            && result.GetType().GetProperties().FirstOrDefault(p => p.GetCustomAttribute<HttpResultAttribute>() is not null) is { } property)
            answer = property.GetValue(result);
        switch (answer)
        {
            case IActionResult action:
                await action.ExecuteResultAsync(new ActionContext(http, http.GetRouteData(), new ActionDescriptor()));
                break;
            case IResult minimal:
                await minimal.ExecuteAsync(http);
                break;
            case AspNetResponseData data:
                await data.FinishAsync(http.RequestAborted);
                break;
        }
    }
}
