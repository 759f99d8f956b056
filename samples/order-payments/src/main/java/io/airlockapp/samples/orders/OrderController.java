package io.airlockapp.samples.orders;

import java.util.List;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.durable.DurableApprovals;
import io.airlockapp.gateway.durable.Resolution;
import jakarta.validation.Valid;

import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/**
 * Controller that shows the orders with the state of their payments, and passes the input
 * of the page to the {@link OrderService} and to the {@link DurableApprovals}.
 * <p>
 * There is no login, and so no token against forms of other sites: browsers say where a
 * form is from.
 */
@Controller
class OrderController {

	private static final String NOT_CROSS_SITE = "Sec-Fetch-Site!=cross-site";

	private static final String NOT_SAME_SITE = "Sec-Fetch-Site!=same-site";

	private static final int MAX_ORDERS = 50;

	private final OrderService service;

	private final OrderRepository orders;

	private final DurableApprovals approvals;

	OrderController(OrderService service, OrderRepository orders, DurableApprovals approvals) {
		this.service = service;
		this.orders = orders;
		this.approvals = approvals;
	}

	@GetMapping("/")
	ModelAndView orders(Model model) {
		model.addAttribute("form", OrderForm.example());
		return page(HttpStatus.OK);
	}

	@PostMapping(path = "/", headers = { NOT_CROSS_SITE, NOT_SAME_SITE })
	ModelAndView place(@Valid @ModelAttribute("form") OrderForm form, BindingResult result) {
		if (result.hasErrors()) {
			return page(HttpStatus.BAD_REQUEST);
		}
		try {
			this.service.place(form.customer(), form.amountInCents(), form.iban());
			return new ModelAndView("redirect:/");
		}
		catch (ApprovalUnavailableException ex) {
			result.reject("unavailable", "The order cannot be placed at the moment.");
			return page(HttpStatus.SERVICE_UNAVAILABLE);
		}
	}

	@PostMapping(path = "/cancel", headers = { NOT_CROSS_SITE, NOT_SAME_SITE })
	String cancel(@RequestParam String requestId) {
		this.approvals.cancel(requestId);
		return "redirect:/";
	}

	@PostMapping(path = "/resolve", headers = { NOT_CROSS_SITE, NOT_SAME_SITE })
	String resolve(@RequestParam String requestId, @RequestParam Resolution resolution) {
		this.approvals.resolve(requestId, resolution);
		return "redirect:/";
	}

	private ModelAndView page(HttpStatus status) {
		List<PaymentView> payments = this.orders.findNewest(MAX_ORDERS)
			.stream()
			.map((order) -> PaymentView.of(order, this.approvals.find(order.requestId()).orElse(null)))
			.toList();
		ModelAndView page = new ModelAndView("orders", status);
		return page.addObject("payments", payments).addObject("process", ProcessHandle.current().pid());
	}

}
