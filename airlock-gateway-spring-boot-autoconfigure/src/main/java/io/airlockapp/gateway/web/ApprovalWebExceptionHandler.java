/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.web;

import java.util.Locale;

import reactor.core.publisher.Mono;

import org.springframework.core.MethodParameter;
import org.springframework.core.Ordered;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.ErrorResponse;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.reactive.accept.RequestedContentTypeResolver;
import org.springframework.web.reactive.result.method.annotation.ResponseEntityResultHandler;
import org.springframework.web.server.NotAcceptableStatusException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;

/**
 * Web exception handler that renders approval exceptions as problem details in Spring
 * WebFlux, if no handler of the application has handled them. It has the order of Spring
 * Boot's own handler, which handles every exception. Requests of clients that prefer HTML
 * are left to that handler, with the problem's status.
 *
 * @param problems the problem details of exceptions
 * @param resultHandler the result handler that writes problem details, as for the
 * application's own handlers
 * @param contentTypeResolver the resolver of the media types that the client accepts
 */
public record ApprovalWebExceptionHandler(ApprovalProblems problems, ResponseEntityResultHandler resultHandler,
		RequestedContentTypeResolver contentTypeResolver) implements WebExceptionHandler, Ordered {

	private static final int ORDER = -1;

	private static final MethodParameter RETURN_TYPE = ApprovalProblems.asReturnType();

	/**
	 * Return the order of Spring Boot's error handler. Handlers of the same order are
	 * invoked in the order of their registration: the application's, this one, and Spring
	 * Boot's.
	 */
	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange, Throwable ex) {
		Locale locale = exchange.getLocaleContext().getLocale();
		ErrorResponse problem = this.problems.describe(ex, (locale != null) ? locale : Locale.getDefault());
		ServerHttpResponse response = exchange.getResponse();
		if (problem == null || response.isCommitted()) {
			return Mono.error(ex);
		}
		if (isPagePreferred(exchange)) {
			response.getHeaders().putAll(problem.getHeaders());
			// Without a message, an error page that shows messages would show that of the
			// exception
			return Mono.error(new ResponseStatusException(problem.getStatusCode(), problem.getBody().getDetail(), ex));
		}
		// The media types that the handler produces do not apply to its errors
		exchange.getAttributes().remove(HandlerMapping.PRODUCIBLE_MEDIA_TYPES_ATTRIBUTE);
		response.getHeaders().clearContentHeaders();
		return this.resultHandler.handleResult(exchange, new HandlerResult(this, problem, RETURN_TYPE));
	}

	private boolean isPagePreferred(ServerWebExchange exchange) {
		try {
			return ApprovalProblems.isPagePreferred(this.contentTypeResolver.resolveMediaTypes(exchange));
		}
		catch (NotAcceptableStatusException ex) {
			return false;
		}
	}

}
