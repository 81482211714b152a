namespace Microsoft.DurableTask;

public record TaskFailureDetails(string ErrorType, string ErrorMessage, string? StackTrace, TaskFailureDetails? InnerFailure, IDictionary<string, object?>? Properties)
{
    public override string ToString() => $"{ErrorType}: {ErrorMessage}";

    public bool IsCausedBy<T>()
        where T : Exception
        => IsCausedBy(typeof(T), System.Reflection.Assembly.GetCallingAssembly());

    public bool IsCausedBy(Type targetBaseExceptionType) => IsCausedBy(targetBaseExceptionType, System.Reflection.Assembly.GetCallingAssembly());

    public static TaskFailureDetails FromException(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        if (exception is TaskFailedException task)
            return new TaskFailureDetails(typeof(TaskFailedException).FullName!, task.Message, task.StackTrace, task.FailureDetails, null);
        return new TaskFailureDetails(
            exception.GetType().FullName!, exception.Message, exception.StackTrace, exception.InnerException is { } inner ? FromException(inner) : null, null);
    }

    private bool IsCausedBy(Type target, System.Reflection.Assembly caller)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (!typeof(Exception).IsAssignableFrom(target)) throw new ArgumentException($"The type '{target}' is not an exception.", nameof(target));
        if (ErrorType == target.FullName) return true;
        var type = Type.GetType(ErrorType, throwOnError: false) ?? target.Assembly.GetType(ErrorType, throwOnError: false) ?? caller.GetType(ErrorType, throwOnError: false);
        return type is not null && target.IsAssignableFrom(type);
    }
}

public sealed class TaskFailedException : Exception
{
    public TaskFailedException(string taskName, int taskId, Exception innerException)
        : base(MessageOf(taskName, taskId, innerException?.Message), innerException)
    {
        TaskName = taskName;
        TaskId = taskId;
        FailureDetails = TaskFailureDetails.FromException(innerException!);
    }

    public TaskFailedException(string taskName, int taskId, TaskFailureDetails failureDetails)
        : base(MessageOf(taskName, taskId, failureDetails?.ErrorMessage))
    {
        TaskName = taskName;
        TaskId = taskId;
        FailureDetails = failureDetails!;
    }

    public string TaskName { get; }

    public int TaskId { get; }

    public TaskFailureDetails FailureDetails { get; }

    private static string MessageOf(string name, int id, string? message)
        => $"Task '{name}' (#{id}) failed with an unhandled exception" + (string.IsNullOrEmpty(message) ? "." : $": {message}");
}
