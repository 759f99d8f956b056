/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import io.airlockapp.gateway.approval.ReactiveRequesterSource;
import io.airlockapp.gateway.approval.RequesterSource;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.util.ClassUtils;

/**
 * {@link ApprovalMethodInterceptor.InvocationAdapter} for methods that return a reactive
 * type. Each subscription is a separate invocation with its own approval, and the
 * method's publisher is subscribed to once, as if by the caller. Only loaded when Reactor
 * is present.
 *
 * @param asyncInvocations starts the invocations
 * @param requesterSource supplies the source of the requester of a call, if there is one
 * @param adapter the adapter of the reactive type
 */
record ReactiveInvocationAdapter(AsyncInvocations asyncInvocations, Supplier<@Nullable RequesterSource> requesterSource,
		ReactiveAdapter adapter) implements ApprovalMethodInterceptor.InvocationAdapter {

	@Override
	public Object invoke(InnerInvocation invocation) {
		return this.adapter.fromPublisher(this.adapter.isMultiValue() ? Flux.defer(() -> {
			InnerInvocation copy = invocation.copy(this::subscribedOnce);
			return start(copy).flatMapMany(ReactiveInvocationAdapter::publisher).onErrorMap(copy::failure);
		}) : Mono.defer(() -> {
			InnerInvocation copy = invocation.copy(this::subscribedOnce);
			return start(copy).flatMap((value) -> Mono.from(publisher(value))).onErrorMap(copy::failure);
		}));
	}

	private Mono<Object> start(InnerInvocation invocation) {
		// In handle(), Reactor restores the thread-locals of the subscriber, if possible
		return OpenTransactions.isOpenForSubscriber()
			.flatMap(this::subscriber)
			.<CompletableFuture<@Nullable Object>>handle(
					(caller, sink) -> sink.next(this.asyncInvocations.start(invocation, complete(caller))))
			.flatMap((call) -> Mono.fromFuture(call));
	}

	/**
	 * Return what the method returned, in a form that can be subscribed to once. What a
	 * publisher does starts with its subscription, so that an interceptor inside the
	 * guard must not subscribe again, and may subscribe late.
	 */
	private Object subscribedOnce(InnerInvocation invocation, @Nullable Object result) {
		invocation.returned();
		AtomicBoolean subscribed = new AtomicBoolean();
		// An empty publisher could be taken for a success
		Publisher<Object> publisher = (result != null) ? this.adapter.toPublisher(result)
				: Mono.error(() -> new IllegalStateException("%s returned null in place of a publisher"
					.formatted(ClassUtils.getQualifiedMethodName(invocation.getMethod()))));
		Runnable subscribe = () -> {
			if (!subscribed.get()) {
				invocation.check();
			}
			if (!subscribed.compareAndSet(false, true)) {
				throw invocation.refusal();
			}
		};
		// A Mono of a Flux cancels its source with the first value
		return this.adapter.fromPublisher(this.adapter.isMultiValue() ? Flux.defer(() -> {
			subscribe.run();
			return Flux.from(publisher).doOnError(invocation::failed);
		}) : Mono.defer(() -> {
			subscribe.run();
			return Mono.from(publisher).doOnError(invocation::failed);
		}));
	}

	private Mono<Caller> subscriber(boolean inTransaction) {
		return Mono.defer(this::findRequesterOfSubscriber)
			.map((requester) -> new Caller(inTransaction, requester))
			.defaultIfEmpty(new Caller(inTransaction, null))
			.onErrorResume((ex) -> Mono.just(Caller.failed(inTransaction, ex)));
	}

	private Mono<String> findRequesterOfSubscriber() {
		try {
			return (this.requesterSource.get() instanceof ReactiveRequesterSource source)
					? source.findRequesterOfSubscriber() : Mono.empty();
		}
		catch (Error ex) {
			// Otherwise, Reactor throws it to the subscriber
			return Mono.error(ex);
		}
	}

	/**
	 * Add the requester of the thread if the context of the subscription contains none.
	 */
	private Caller complete(Caller caller) {
		return (caller.requester() == null && caller.failure() == null)
				? Caller.inThread(this.requesterSource, caller.inTransaction()) : caller;
	}

	private static Publisher<?> publisher(Object result) {
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(result.getClass());
		return (adapter != null) ? adapter.toPublisher(result) : Mono.just(result);
	}

}
