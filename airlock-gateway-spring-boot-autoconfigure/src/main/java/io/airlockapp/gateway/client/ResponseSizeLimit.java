package io.airlockapp.gateway.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Refuses to read an answer beyond a size that no honest one has.
 */
final class ResponseSizeLimit implements ClientHttpRequestInterceptor {

	static final int MAX_BYTES = 1024 * 1024;

	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		return new LimitedResponse(execution.execute(request, body));
	}

	private record LimitedResponse(ClientHttpResponse delegate) implements ClientHttpResponse {

		@Override
		public HttpStatusCode getStatusCode() throws IOException {
			return this.delegate.getStatusCode();
		}

		@Override
		public String getStatusText() throws IOException {
			return this.delegate.getStatusText();
		}

		@Override
		public HttpHeaders getHeaders() {
			return this.delegate.getHeaders();
		}

		@Override
		public InputStream getBody() throws IOException {
			return new LimitedInputStream(this.delegate.getBody());
		}

		@Override
		public void close() {
			this.delegate.close();
		}

	}

	private static final class LimitedInputStream extends FilterInputStream {

		private int left = MAX_BYTES;

		private LimitedInputStream(InputStream in) {
			super(in);
		}

		@Override
		public int read() throws IOException {
			int value = super.read();
			count((value >= 0) ? 1 : 0);
			return value;
		}

		@Override
		public int read(byte[] buffer, int offset, int length) throws IOException {
			int read = super.read(buffer, offset, length);
			count(read);
			return read;
		}

		private void count(int read) throws IOException {
			this.left -= Math.max(0, read);
			if (this.left < 0) {
				throw new IOException("The gateway's answer is larger than %d bytes".formatted(MAX_BYTES));
			}
		}

	}

}
