package io.airlockapp.gateway.approval;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;

/**
 * Answers calls of methods that return a reactive type: each subscription is a call of
 * its own, which is approved by itself, and the method's publisher is subscribed as if it
 * had been the caller's. Only loaded when Reactor is there.
 */
final class ReactiveCalls implements CallStyle {

	private final PendingCalls pendingCalls;

	private final ReactiveAdapter adapter;

	ReactiveCalls(PendingCalls pendingCalls, ReactiveAdapter adapter) {
		this.pendingCalls = pendingCalls;
		this.adapter = adapter;
	}

	@Override
	public Object answer(ProxyMethodInvocation invocation) {
		// In handle(), Reactor restores the subscriber's thread-locals, if it can
		Mono<Object> result = OpenTransactions.isOpenForSubscriber()
			.<CompletableFuture<@Nullable Object>>handle(
					(open, sink) -> sink.next(this.pendingCalls.start(Invocations.copy(invocation), open)))
			.flatMap((call) -> Mono.fromFuture(call));
		return this.adapter.fromPublisher(this.adapter.isMultiValue() ? result.flatMapMany(ReactiveCalls::publisher)
				: result.flatMap((value) -> Mono.from(publisher(value))));
	}

	private static Publisher<?> publisher(Object result) {
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(result.getClass());
		return (adapter != null) ? adapter.toPublisher(result) : Mono.just(result);
	}

}
