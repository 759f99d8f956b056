package io.airlockapp.gateway.approval.guard;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Supplier;

import io.airlockapp.gateway.approval.RequesterSource;
import org.jspecify.annotations.Nullable;

/**
 * {@link ApprovalMethodInterceptor.InvocationAdapter} for methods that return a future.
 * The caller receives a future that is completed like the method's. Any failure that
 * keeps the method from running completes it exceptionally.
 */
final class FutureInvocationAdapter implements ApprovalMethodInterceptor.InvocationAdapter {

	private final AsyncInvocations asyncInvocations;

	private final Supplier<@Nullable RequesterSource> requesterSource;

	FutureInvocationAdapter(AsyncInvocations asyncInvocations, Supplier<@Nullable RequesterSource> requesterSource) {
		this.asyncInvocations = asyncInvocations;
		this.requesterSource = requesterSource;
	}

	@Override
	public Object answer(InnerInvocation invocation) {
		CompletableFuture<@Nullable Object> call = this.asyncInvocations.start(invocation,
				Caller.inThread(this.requesterSource));
		CompletableFuture<@Nullable Object> answer = new CompletableFuture<>();
		answer.whenComplete((value, ex) -> call.cancel(true));
		call.whenComplete((value, ex) -> {
			if (ex != null) {
				answer.completeExceptionally(ex);
			}
			else {
				follow(value, answer);
			}
		});
		return answer;
	}

	private static void follow(@Nullable Object result, CompletableFuture<@Nullable Object> answer) {
		if (!(result instanceof CompletionStage<?> stage)) {
			answer.complete(result);
			return;
		}
		if (result instanceof Future<?> future) {
			// Has no effect unless the answer is completed from outside
			answer.whenComplete((value, ex) -> future.cancel(true));
		}
		stage.whenComplete((value, ex) -> complete(answer, value, ex));
	}

	private static void complete(CompletableFuture<@Nullable Object> answer, @Nullable Object value,
			@Nullable Throwable ex) {
		if (ex != null) {
			answer.completeExceptionally(ex);
		}
		else {
			answer.complete(value);
		}
	}

}
