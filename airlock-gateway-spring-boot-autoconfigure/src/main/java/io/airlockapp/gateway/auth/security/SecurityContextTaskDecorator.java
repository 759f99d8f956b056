/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.security;

import org.springframework.core.task.TaskDecorator;
import org.springframework.security.concurrent.DelegatingSecurityContextRunnable;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * {@link TaskDecorator} that runs tasks as the user of the thread that submits them, and
 * as nobody if that thread has none: the thread that runs the task may have one. The task
 * has a security context of its own, since the submitting thread may replace the user in
 * its one while the task waits.
 */
public final class SecurityContextTaskDecorator implements TaskDecorator {

	@Override
	public Runnable decorate(Runnable task) {
		SecurityContext context = SecurityContextHolder.createEmptyContext();
		context.setAuthentication(SecurityContextHolder.getContext().getAuthentication());
		return new DelegatingSecurityContextRunnable(task, context);
	}

}
