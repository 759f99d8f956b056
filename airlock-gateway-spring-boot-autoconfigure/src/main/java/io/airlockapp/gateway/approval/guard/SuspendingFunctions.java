/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.lang.reflect.Method;
import java.util.Objects;

import org.aopalliance.intercept.MethodInvocation;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

import org.springframework.core.BridgeMethodResolver;
import org.springframework.core.CoroutinesUtils;

/**
 * Invokes suspending functions of Kotlin. Their body starts in the thread that
 * subscribes, and not when the dispatcher of the caller schedules it, since the arguments
 * could change until then. Only loaded when Kotlin's coroutines and Reactor are present.
 */
final class SuspendingFunctions {

	private SuspendingFunctions() {
	}

	/**
	 * Return a publisher of the result. Each subscription starts the body, with a permit.
	 */
	static Mono<Object> invoke(MethodInvocation invocation) {
		Method method = BridgeMethodResolver.findBridgedMethod(invocation.getMethod());
		Object target = Objects.requireNonNull(invocation.getThis());
		Mono<Object> body = Mono
			.from(CoroutinesUtils.invokeSuspendingFunction(method, target, invocation.getArguments()))
			.map((result) -> result);
		Publisher<Object> permitted = (subscriber) -> subscribe(body, subscriber, target, method);
		return Mono.from(permitted);
	}

	private static void subscribe(Mono<Object> body, Subscriber<? super Object> subscriber, Object target,
			Method method) {
		try {
			MethodPermit.around(target, method, () -> {
				body.subscribe(subscriber);
				return null;
			});
		}
		catch (Throwable ex) {
			Operators.error(subscriber, ex);
		}
	}

}
