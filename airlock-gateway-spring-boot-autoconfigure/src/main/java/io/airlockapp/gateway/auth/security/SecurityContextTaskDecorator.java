/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.security;

import org.springframework.core.task.TaskDecorator;
import org.springframework.security.concurrent.DelegatingSecurityContextRunnable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;

/**
 * {@link TaskDecorator} that runs tasks as the user of the thread that submits them. The
 * task has a security context of its own, since that thread may replace the user in its
 * one while the task waits.
 */
public final class SecurityContextTaskDecorator implements TaskDecorator {

	@Override
	public Runnable decorate(Runnable task) {
		Authentication user = SecurityContextHolder.getContext().getAuthentication();
		return (user != null) ? new DelegatingSecurityContextRunnable(task, new SecurityContextImpl(user)) : task;
	}

}
