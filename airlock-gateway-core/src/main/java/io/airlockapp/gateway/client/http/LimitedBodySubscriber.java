/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

import org.jspecify.annotations.Nullable;

/**
 * Body subscriber that collects a response, and fails if it exceeds the size of any
 * genuine response.
 */
final class LimitedBodySubscriber implements HttpResponse.BodySubscriber<byte[]> {

	static final int MAX_BYTES = 128 * 1024;

	private final CompletableFuture<byte[]> result;

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

	private Flow.@Nullable Subscription subscription;

	/**
	 * Create a subscriber.
	 * @param result the future to be completed with the body
	 */
	LimitedBodySubscriber(CompletableFuture<byte[]> result) {
		this.result = result;
	}

	@Override
	public CompletionStage<byte[]> getBody() {
		return this.result;
	}

	@Override
	public void onSubscribe(Flow.Subscription subscription) {
		this.subscription = subscription;
		subscription.request(Long.MAX_VALUE);
	}

	@Override
	public void onNext(List<ByteBuffer> buffers) {
		for (ByteBuffer buffer : buffers) {
			if (buffer.remaining() > MAX_BYTES - this.bytes.size()) {
				abort();
				return;
			}
			byte[] chunk = new byte[buffer.remaining()];
			buffer.get(chunk);
			this.bytes.writeBytes(chunk);
		}
	}

	private void abort() {
		if (this.subscription != null) {
			this.subscription.cancel();
		}
		this.result.completeExceptionally(new IOException("The response is larger than %s bytes".formatted(MAX_BYTES)));
	}

	@Override
	public void onError(Throwable throwable) {
		this.result.completeExceptionally(throwable);
	}

	@Override
	public void onComplete() {
		this.result.complete(this.bytes.toByteArray());
	}

}
