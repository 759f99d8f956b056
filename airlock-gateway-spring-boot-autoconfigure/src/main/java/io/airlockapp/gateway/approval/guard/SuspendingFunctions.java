/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import kotlin.coroutines.Continuation;
import kotlinx.coroutines.CoroutineStart;
import kotlinx.coroutines.Dispatchers;
import kotlinx.coroutines.GlobalScope;
import kotlinx.coroutines.future.FutureKt;
import kotlinx.coroutines.reactor.ReactorContext;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

import org.springframework.util.ReflectionUtils;

/**
 * Invokes suspending functions of Kotlin, each as the method that it is, with exactly the
 * approved arguments: Kotlin's reflection replaces a {@code null} with the default
 * argument. The body starts in the current thread, since a dispatcher would leave time to
 * change the arguments. Only loaded when Kotlin's coroutines and Reactor are present.
 */
final class SuspendingFunctions {

	private SuspendingFunctions() {
	}

	/**
	 * Return a publisher of the result. The body starts with the subscription, directly
	 * after the last check, and is cancelled with it.
	 */
	static Mono<Object> invoke(InnerInvocation invocation) {
		return Mono.deferContextual((context) -> Mono.fromFuture(start(invocation, context)));
	}

	@SuppressWarnings("unchecked")
	private static CompletableFuture<Object> start(InnerInvocation invocation, ContextView context) {
		try {
			Object future = invocation.startOnce(() -> FutureKt.future(GlobalScope.INSTANCE,
					new ReactorContext(context).plus(Dispatchers.getUnconfined()), CoroutineStart.UNDISPATCHED,
					(scope, continuation) -> call(invocation, continuation)));
			return (CompletableFuture<Object>) Objects.requireNonNull(future);
		}
		catch (Throwable ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private static @Nullable Object call(InnerInvocation invocation, Continuation<?> continuation) {
		Method method = invocation.getMethod();
		@Nullable Object[] arguments = invocation.getArguments().clone();
		arguments[arguments.length - 1] = continuation;
		ReflectionUtils.makeAccessible(method);
		try {
			return method.invoke(invocation.getThis(), arguments);
		}
		catch (InvocationTargetException ex) {
			throw SuspendingFunctions.<RuntimeException>unchecked(ex.getTargetException());
		}
		catch (IllegalAccessException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Throw an exception as it is, since Kotlin has no checked exceptions.
	 */
	@SuppressWarnings("unchecked")
	private static <E extends Throwable> E unchecked(Throwable ex) throws E {
		throw (E) ex;
	}

}
