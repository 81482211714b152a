using System.Runtime.CompilerServices;

namespace TorchSharp;

/// <summary>Owns the tensors made on its thread while it is the current scope, and disposes them with itself.</summary>
public sealed class DisposeScope : IDisposable
{
    private DisposeScopeManager? manager;
    private HashSet<IDisposable> owned = new(ReferenceEqualityComparer.Instance);

    internal DisposeScope(DisposeScopeManager manager)
    {
        this.manager = manager;
        Outer = manager.Current;
    }

    internal DisposeScope? Outer { get; set; }

    public IReadOnlyList<IDisposable> DisposablesView { get { Alive(); return [.. owned]; } }
    public int DisposablesCount { get { Alive(); return owned.Count; } }

    public T MoveToOuter<T>(T disposable) where T : IDisposable { MoveToOuter([disposable]); return disposable; }
    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable { MoveToOuter([first, second]); return (first, second); }
    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third) where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable { MoveToOuter([first, second, third]); return (first, second, third); }
    public void MoveToOuter(params IDisposable[] disposables) => MoveToOther(Outer, (IEnumerable<IDisposable>)disposables);
    public void MoveToOuter(IEnumerable<IDisposable> disposables) => MoveToOther(Outer, disposables);

    public T MoveToOther<T>(DisposeScope? scope, T disposable) where T : IDisposable { MoveToOther(scope, [disposable]); return disposable; }
    public (T1 first, T2 second) MoveToOther<T1, T2>(DisposeScope? scope, T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable { MoveToOther(scope, [first, second]); return (first, second); }
    public (T1 first, T2 second, T3 third) MoveToOther<T1, T2, T3>(DisposeScope? scope, T1 first, T2 second, T3 third) where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable { MoveToOther(scope, [first, second, third]); return (first, second, third); }
    public void MoveToOther(DisposeScope? scope, params IDisposable[] disposables) => MoveToOther(scope, (IEnumerable<IDisposable>)disposables);

    public void MoveToOther(DisposeScope? scope, IEnumerable<IDisposable> disposables)
    {
        Alive();
        if (scope is null) { Detach(disposables); return; }
        foreach (IDisposable disposable in disposables)
            if (owned.Contains(disposable)) Take(scope, disposable);
    }

    public T Detach<T>(T disposable) where T : IDisposable { Detach([disposable]); return disposable; }
    public (T1 first, T2 second) Detach<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable { Detach([first, second]); return (first, second); }
    public (T1 first, T2 second, T3 third) Detach<T1, T2, T3>(T1 first, T2 second, T3 third) where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable { Detach([first, second, third]); return (first, second, third); }
    public void Detach(params IDisposable[] disposables) => Detach((IEnumerable<IDisposable>)disposables);

    public void Detach(IEnumerable<IDisposable> disposables)
    {
        Alive();
        foreach (IDisposable disposable in disposables)
            if (owned.Remove(disposable)) { ((torch.Tensor)disposable).OwningScope = null; manager!.Counts.DetachedFromScopeCount++; }
    }

    public void Attach(IDisposable disposable) => Attach((IEnumerable<IDisposable>)[disposable]);
    public void Attach(params IDisposable[] disposables) => Attach((IEnumerable<IDisposable>)disposables);

    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        Alive();
        List<IDisposable> all = [.. disposables];
        foreach (IDisposable disposable in all)
            if (Take(this, disposable)) manager!.Counts.AttachedToScopeCount++;
        return all;
    }

    public void DisposeEverything() => DisposeEverythingBut((IEnumerable<IDisposable>)[]);
    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);
    public T DisposeEverythingBut<T>(T keep) where T : IDisposable { DisposeEverythingBut([keep]); return keep; }
    public (T1 first, T2 second) DisposeEverythingBut<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable { DisposeEverythingBut([first, second]); return (first, second); }
    public (T1 first, T2 second, T3 third) DisposeEverythingBut<T1, T2, T3>(T1 first, T2 second, T3 third) where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable { DisposeEverythingBut([first, second, third]); return (first, second, third); }

    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        Alive();
        HashSet<IDisposable> before = owned;
        owned = new(inKeep, ReferenceEqualityComparer.Instance);
        foreach (IDisposable disposable in before)
            if (!owned.Contains(disposable)) disposable.Dispose();
    }

    public void Dispose()
    {
        if (manager is null) return;
        DisposeEverything();
        manager.Remove(this);
        manager = null;
    }

    public void MarkAsDisposed(IDisposable disposable)
    {
        Alive();
        owned.Remove(disposable);
        if (disposable is torch.Tensor tensor) tensor.OwningScope = null;
    }

    public bool Contains(IDisposable disposable) => owned.Contains(disposable);

    internal void Add(torch.Tensor tensor) => owned.Add(tensor);
    internal void Forget(torch.Tensor tensor) => owned.Remove(tensor);

    private static bool Take(DisposeScope scope, IDisposable disposable)
    {
        if (disposable is not torch.Tensor tensor) throw new InvalidOperationException("DisposeScope can only manage Tensor or PackedSequence");
        if (tensor.OwningScope == scope) return false;
        tensor.OwningScope?.owned.Remove(tensor);
        scope.owned.Add(tensor);
        tensor.OwningScope = scope;
        return true;
    }

    private void Alive() => ObjectDisposedException.ThrowIf(manager is null, this);
}

/// <summary>The scopes of a thread.</summary>
public class DisposeScopeManager
{
    [ThreadStatic] private static DisposeScopeManager? thread;
    internal static DisposeScopeManager Thread => thread ??= new();
    internal DisposeScope? Current { get; private set; }
    internal ThreadDisposeScopeStatistics Counts { get; } = new();

    public static ThreadDisposeScopeStatistics Statistics => Thread.Counts;

    internal DisposeScope Open() => Current = new DisposeScope(this);

    internal DisposeScope? Register(torch.Tensor tensor)
    {
        if (Current is null) { Counts.CreatedOutsideScopeCount++; return null; }
        Counts.CreatedInScopeCount++;
        Current.Add(tensor);
        return Current;
    }

    internal void Remove(DisposeScope scope)
    {
        if (ReferenceEquals(Current, scope)) { Current = scope.Outer; return; }
        for (DisposeScope? inner = Current; inner is not null; inner = inner.Outer)
            if (ReferenceEquals(inner.Outer, scope)) { inner.Outer = scope.Outer; return; }
    }
}

/// <summary>What happened to the tensors of a thread.</summary>
public class ThreadDisposeScopeStatistics
{
    public long CreatedOutsideScopeCount { get; internal set; }
    public long DisposedOutsideScopeCount { get; internal set; }
    public long CreatedInScopeCount { get; internal set; }
    public long DisposedInScopeCount { get; internal set; }
    public long AttachedToScopeCount { get; internal set; }
    public long DetachedFromScopeCount { get; internal set; }
    public long ThreadTotalLiveCount => CreatedInScopeCount + CreatedOutsideScopeCount - DisposedInScopeCount - DisposedOutsideScopeCount;

    public void Reset() =>
        CreatedOutsideScopeCount = DisposedOutsideScopeCount = CreatedInScopeCount = DisposedInScopeCount = AttachedToScopeCount = DetachedFromScopeCount = 0;
}
