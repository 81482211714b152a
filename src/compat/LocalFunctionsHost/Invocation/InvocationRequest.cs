using LocalFunctionsHost.Functions;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LocalFunctionsHost.Invocation;

/// <summary>What a trigger hands over: why, with which binding data, and the value of the trigger's parameter for the type it has.</summary>
internal sealed record InvocationRequest(
    FunctionEntry Function, string? Reason, IReadOnlyDictionary<string, object?> BindingData, Func<Type, FunctionContext, ValueTask<object?>> TriggerValue)
{
    /// <summary>The request of an HTTP trigger.</summary>
    public HttpContext? Http { get; init; }

    /// <summary>Sends the result to the caller, while the invocation's services still live.</summary>
    public Func<object?, Task>? Sent { get; init; }

    /// <summary>A line logged after "Executing", e.g. the trigger's details.</summary>
    public string? Details { get; init; }

    /// <summary>Runs in place of the method, for orchestrators: given the call, it returns what the function returned.</summary>
    public Func<Func<object?>, Task<object?>>? Around { get; init; }

    /// <summary>Of an orchestrator: its input as the type of the parameter that takes it.</summary>
    public Func<Type, object?>? Input { get; init; }
}
