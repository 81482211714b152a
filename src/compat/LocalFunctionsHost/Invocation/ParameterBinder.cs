using System.Reflection;
using LocalFunctionsHost.Blobs;
using LocalFunctionsHost.Http;
using LocalFunctionsHost.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LocalFunctionsHost.Invocation;

/// <summary>A binding that lives outside this room (the durable client): makes the value of its parameter.</summary>
internal interface IInputBinding
{
    bool Binds(InputBindingAttribute attribute);

    object? Value(InputBindingAttribute attribute, FunctionContext context);
}

/// <summary>Gives each parameter its value: trigger, input binding, context, or binding data of the same name.</summary>
internal sealed class ParameterBinder(InvocationRequest request, FunctionContext context, Connections connections) : IDisposable
{
    private readonly List<IDisposable> _opened = [];

    public async Task<object?[]> BindAsync()
    {
        var parameters = request.Function.Method.GetParameters();
        object?[] values = new object?[parameters.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = await BindAsync(parameters[i]);
            if (values[i] is Stream stream) _opened.Add(stream);
        }

        return values;
    }

    public void Dispose()
    {
        foreach (var opened in _opened) opened.Dispose();
    }

    private async ValueTask<object?> BindAsync(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (type == typeof(FunctionContext)) return context;
        if (type == typeof(CancellationToken)) return context.CancellationToken;
        if (parameter.GetCustomAttribute<FromBodyAttribute>() is not null && request.Http is { } body)
            return await HttpBody.ReadJsonAsync(body, type, context);
        if (request.Http is { } http && type == typeof(HttpRequest)) return http.Request;
        if (request.Http is not null && type == typeof(HttpRequestData)) return await context.GetHttpRequestDataAsync();
        if (parameter == request.Function.TriggerParameter) return await request.TriggerValue(type, context);
        if (parameter.GetCustomAttribute<BlobInputAttribute>() is { } input) return await BlobInputAsync(input, type);
        if (parameter.GetCustomAttribute<InputBindingAttribute>() is { } other)
            return (context.InstanceServices.GetServices<IInputBinding>().FirstOrDefault(b => b.Binds(other))
                    ?? throw new FunctionInputConverterException($"No binding for {other.GetType().Name}.")).Value(other, context);
        if (request.Input is { } orchestration && parameter == FirstPlain()) return orchestration(type);
        if (context.BindingContext.BindingData.TryGetValue(parameter.Name!, out object? value) && value is not null)
            return ValueConverter.Convert(value, type, parameter.Name!, context);
        if (parameter.HasDefaultValue) return parameter.DefaultValue;
        if (!type.IsValueType || Nullable.GetUnderlyingType(type) is not null) return null;
        throw new FunctionInputConverterException(
            $"Error converting 1 input parameters for Function '{request.Function.Name}': Cannot convert input parameter '{parameter.Name}' to type '{type.FullName}' from type 'null'.");
    }

    // An orchestrator's input goes to the first parameter that is nothing else.
    private ParameterInfo? FirstPlain() => request.Function.Method.GetParameters().FirstOrDefault(p =>
        p.GetCustomAttribute<BindingAttribute>() is null && p.ParameterType != typeof(FunctionContext) && p.ParameterType != typeof(CancellationToken));

    private ValueTask<object?> BlobInputAsync(BlobInputAttribute input, Type type)
    {
        var (container, name) = BlobPath.Split(BindingTemplate.Fill(connections.Resolve(input.BlobPath), context.BindingContext.BindingData, request.Function.Name));
        var client = connections.Blobs(input.Connection).GetBlobContainerClient(container);
        return BlobValues.BindAsync(client, name, type, context, context.CancellationToken);
    }
}
