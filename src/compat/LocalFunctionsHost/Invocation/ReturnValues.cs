using System.Reflection;

namespace LocalFunctionsHost.Invocation;

/// <summary>Brings Task, Task&lt;T&gt;, ValueTask, ValueTask&lt;T&gt;, void and plain values to one form.</summary>
internal static class ReturnValues
{
    public static async Task<object?> AwaitAsync(object? returned)
    {
        switch (returned)
        {
            case null: return null;
            case Task task:
                await task;
                return ValueOf(task);
            case ValueTask plain:
                await plain;
                return null;
            default:
                var type = returned.GetType();
                if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(ValueTask<>)) return returned;
                var asTask = (Task)type.GetMethod(nameof(ValueTask<int>.AsTask))!.Invoke(returned, null)!;
                await asTask;
                return ValueOf(asTask);
        }
    }

    /// <summary>The result of a finished task; null where it has none.</summary>
    public static object? ValueOf(Task task)
    {
        for (var type = task.GetType(); type is not null; type = type.BaseType)
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>))
                return type.GetGenericArguments()[0].FullName == "System.Threading.Tasks.VoidTaskResult"
                    ? null
                    : type.GetProperty(nameof(Task<int>.Result), BindingFlags.Public | BindingFlags.Instance)!.GetValue(task);
        return null;
    }
}
