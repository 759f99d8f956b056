/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.web;

import java.io.IOException;
import java.util.List;
import java.util.Objects;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.core.MethodParameter;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.accept.ContentNegotiationManager;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.method.support.HandlerMethodReturnValueHandlerComposite;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.handler.AbstractHandlerExceptionResolver;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

/**
 * Handler exception resolver that renders approval exceptions as problem details in
 * Spring MVC. It is applied after all exception handlers of the application. A client
 * that prefers HTML receives the application's error page, with the problem's status.
 */
public final class ApprovalExceptionResolver extends AbstractHandlerExceptionResolver {

	private final ApprovalProblems problems;

	private final RequestMappingHandlerAdapter adapter;

	private final ContentNegotiationManager contentNegotiation;

	private final MethodParameter returnType = ApprovalProblems.asReturnType();

	/**
	 * Create a resolver.
	 * @param problems the problem details of exceptions
	 * @param adapter the adapter that writes problem details, as for the application's
	 * own handlers
	 * @param contentNegotiation the manager that determines the media types that the
	 * client accepts
	 */
	public ApprovalExceptionResolver(ApprovalProblems problems, RequestMappingHandlerAdapter adapter,
			ContentNegotiationManager contentNegotiation) {
		this.problems = problems;
		this.adapter = adapter;
		this.contentNegotiation = contentNegotiation;
	}

	@Override
	protected @Nullable ModelAndView doResolveException(HttpServletRequest request, HttpServletResponse response,
			@Nullable Object handler, Exception ex) {
		ErrorResponse problem = this.problems.describe(ex, LocaleContextHolder.getLocale());
		if (problem == null || response.isCommitted()) {
			return null;
		}
		try {
			NativeWebRequest webRequest = new ServletWebRequest(request, response);
			if (isPagePreferred(webRequest)) {
				if (ApprovalProblems.isLoginRequired(ex)) {
					// Spring Security redirects the browser to the identity provider
					return null;
				}
				sendError(response, problem);
			}
			else {
				write(webRequest, problem);
			}
			return new ModelAndView();
		}
		catch (Exception failure) {
			this.logger.warn("The problem details of [" + ex + "] cannot be written", failure);
			return null;
		}
	}

	private boolean isPagePreferred(NativeWebRequest request) {
		try {
			return ApprovalProblems.isPagePreferred(this.contentNegotiation.resolveMediaTypes(request));
		}
		catch (HttpMediaTypeNotAcceptableException ex) {
			return false;
		}
	}

	private static void sendError(HttpServletResponse response, ErrorResponse problem) throws IOException {
		problem.getHeaders().forEach((name, values) -> values.forEach((value) -> response.setHeader(name, value)));
		// Without a message, an error page that shows messages would show that of the
		// exception
		response.sendError(problem.getStatusCode().value(), problem.getBody().getDetail());
	}

	private void write(NativeWebRequest request, ErrorResponse problem) throws Exception {
		new HandlerMethodReturnValueHandlerComposite()
			.addHandlers(Objects.requireNonNullElse(this.adapter.getReturnValueHandlers(), List.of()))
			.handleReturnValue(problem, this.returnType, new ModelAndViewContainer(), request);
	}

}
