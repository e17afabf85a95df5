namespace OrleansOperator.Silo.Lifetime;

/// <summary>One step of the <see cref="ServiceSequence"/>; its hosted services are registered under its name as the key.</summary>
/// <param name="Name">What it starts, as the log names it.</param>
/// <param name="Undo">Undoes what its start had done when it was interrupted; null where nothing is left behind.</param>
internal sealed record ServiceStep(string Name, Func<IServiceProvider, CancellationToken, Task>? Undo);
